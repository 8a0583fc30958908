"""What a visitor's actions do, one file per tab: steps that know neither Gradio nor HTTP."""
