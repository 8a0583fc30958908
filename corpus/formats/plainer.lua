-- Every table as one that Markdown can write: a cell is a run of words, none spans others. Nothing of it is lost.
-- Links lead nowhere: their words stay.
local function inlines_of(blocks)
  return pandoc.utils.blocks_to_inlines(blocks, { pandoc.Space() })
end

local function plain(blocks)
  return inlines_of(blocks):walk({
    LineBreak = function() return pandoc.Space() end,
    Note = function(note) return pandoc.Span(inlines_of(note.content)) end,
  })
end

local function flatten(rows)
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      cell.contents = { pandoc.Plain(plain(cell.contents)) }
      cell.row_span, cell.col_span = 1, 1
    end
  end
  return rows
end

function Table(table)
  table.head.rows = flatten(table.head.rows)
  for _, body in ipairs(table.bodies) do
    body.head = flatten(body.head)
    body.body = flatten(body.body)
  end
  table.foot.rows = flatten(table.foot.rows)
  return table
end

function Link(link)
  return link.content
end

function Image(image)
  return image.caption
end
