-- Writes tables as Word's own (WordprocessingML), because pandoc's DOCX writer cannot say that a row stays whole,
-- where the rules are, or which style a cell has. The cells' paragraphs remain pandoc's.
--
-- Runs after displays.lua, which left the line's length and the table's title as attributes. DOCX only.

if not FORMAT:match("docx") then return {} end

local function raw(text) return pandoc.RawBlock("openxml", text) end

local function styled(name, blocks) return pandoc.Div(blocks, pandoc.Attr("", {}, { ["custom-style"] = name })) end

local function body_rows(tbl)
  local rows = pandoc.List {}
  for _, body in ipairs(tbl.bodies) do
    rows:extend(body.head)
    rows:extend(body.body)
  end
  return rows
end

local THICK = '<w:%s w:val="single" w:sz="8" w:space="0" w:color="1A1A1A"/>'
local THIN = '<w:%s w:val="single" w:sz="4" w:space="0" w:color="1A1A1A"/>'
local ALIGNED = { AlignRight = " Right", AlignCenter = " Centre" }

local function xml(text)
  return (text:gsub("[&<>\"]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }))
end

-- Pieces of XML between pandoc's own paragraphs, gathered so that they become few raw blocks.
local function writer()
  local out, pending = pandoc.Blocks {}, {}
  local self = {}
  function self.xml(text) pending[#pending + 1] = text end
  function self.blocks(block)
    out:insert(raw(table.concat(pending)))
    pending = {}
    out:insert(block)
  end
  function self.finish()
    out:insert(raw(table.concat(pending)))
    return out
  end
  return self
end

local function sum(widths, from, count)
  local total = 0
  for column = from, math.min(from + count - 1, #widths) do total = total + widths[column] end
  return total
end

local function longest(rows, column)
  local most = 3
  for _, row in ipairs(rows) do
    local cell = row.cells[column]
    if cell and cell.col_span == 1 then most = math.max(most, utf8.len(pandoc.utils.stringify(cell.contents)) or 0) end
  end
  return math.min(most, 40)
end

local LETTER, PADDING = 105, 200 -- twentieths of a point, at the size of a table's text

-- The tree's shares of the line; a column without one is as wide as its longest entry.
local function column_widths(tbl, line)
  local widths, rows = {}, tbl.head.rows .. body_rows(tbl)
  for column, spec in ipairs(tbl.colspecs) do
    local share = type(spec[2]) == "number" and spec[2] > 0 and spec[2]
    widths[column] = share and share * line or longest(rows, column) * LETTER + PADDING
  end
  local scale = math.min(1, line / sum(widths, 1, #widths))
  for column, width in ipairs(widths) do widths[column] = math.floor(width * scale) end
  return widths
end

-- A row's cells with the columns they stand in, and a continuing cell under each that spans rows.
local function placed(row, columns, open)
  local out, column, taken = {}, 1, 0
  while column <= columns do
    local above = open[column]
    local cell = above and above.left > 0 and above.cell
    if cell then
      above.left = above.left - 1
      out[#out + 1] = { cell = cell, column = column, merge = '<w:vMerge/>' }
    else
      taken = taken + 1
      cell = row.cells[taken]
      if not cell then break end
      open[column] = { cell = cell, left = cell.row_span - 1 }
      out[#out + 1] = { cell = cell, column = column, merge = cell.row_span > 1 and '<w:vMerge w:val="restart"/>' or "" }
    end
    column = column + cell.col_span
  end
  return out
end

local function cell_properties(place, widths, borders)
  local span = place.cell.col_span
  local width = sum(widths, place.column, span)
  local grid = span > 1 and string.format('<w:gridSpan w:val="%d"/>', span) or ""
  local lines = borders ~= "" and "<w:tcBorders>" .. borders .. "</w:tcBorders>" or ""
  return string.format('<w:tcPr><w:tcW w:w="%d" w:type="dxa"/>%s%s%s</w:tcPr>', width, grid, place.merge, lines)
end

local function cell_style(kind, cell, spec)
  if kind == "Table Note" then return kind end
  local alignment = cell.alignment ~= "AlignDefault" and cell.alignment or spec[1]
  return kind .. (ALIGNED[alignment] or "")
end

local function write_cell(out, place, tbl, widths, kind, borders, kept)
  local style = cell_style(kind, place.cell, tbl.colspecs[place.column])
  if kept and place.column == 1 then style = kind .. " Kept" end
  local empty = place.merge == "<w:vMerge/>" or #pandoc.utils.stringify(place.cell.contents) == 0
  out.xml("<w:tc>" .. cell_properties(place, widths, borders))
  if empty then
    out.xml('<w:p><w:pPr><w:pStyle w:val="' .. style:gsub(" ", "") .. '"/></w:pPr></w:p>')
  else
    out.blocks(styled(style, place.cell.contents))
  end
  out.xml("</w:tc>")
end

local function write_rows(out, tbl, widths, part)
  local open = {}
  for position, row in ipairs(part.rows) do
    local repeated = part.kind == "Table Head" and "<w:tblHeader/>" or ""
    out.xml("<w:tr><w:trPr><w:cantSplit/>" .. repeated .. "</w:trPr>")
    for _, place in ipairs(placed(row, #widths, open)) do
      write_cell(out, place, tbl, widths, part.kind, part.borders(position, place.cell), part.kept(position))
    end
    out.xml("</w:tr>")
  end
end

local function head_borders(rows)
  return function(position, cell)
    local above = position == 1 and THICK:format("top") or ""
    if position == #rows then return above .. THIN:format("bottom") end
    return above .. (cell.col_span > 1 and THIN:format("bottom") or "")
  end
end

local function body_borders(rows)
  return function(position) return position == #rows and THICK:format("bottom") or "" end
end

local function never() return false end
local function no_borders() return "" end

-- The last rows stay with the notes, and the notes with each other: no page holds the notes alone.
local function parts_of(tbl)
  local rows, notes = body_rows(tbl), tbl.foot.rows
  local function last_rows(position) return #notes > 0 and position > #rows - 2 end
  local function all_but_last(position) return position < #notes end
  return {
    { kind = "Table Head", rows = tbl.head.rows, borders = head_borders(tbl.head.rows), kept = never },
    { kind = "Table Text", rows = rows, borders = body_borders(rows), kept = last_rows },
    { kind = "Table Note", rows = notes, borders = no_borders, kept = all_but_last },
  }
end

local function open_table(out, widths, title)
  out.xml(string.format('<w:tbl><w:tblPr><w:tblStyle w:val="Table"/><w:tblW w:w="%d" w:type="dxa"/>', sum(widths, 1, #widths)))
  out.xml('<w:tblLayout w:type="fixed"/><w:tblLook w:val="00A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" ')
  out.xml('w:lastColumn="0" w:noHBand="1" w:noVBand="1"/><w:tblCaption w:val="' .. xml(title) .. '"/></w:tblPr><w:tblGrid>')
  for _, width in ipairs(widths) do out.xml(string.format('<w:gridCol w:w="%d"/>', width)) end
  out.xml("</w:tblGrid>")
end

local function word_table(tbl)
  local line = tonumber(tbl.attributes.line)
  if not line then return nil end
  local out = writer()
  local widths = column_widths(tbl, line)
  open_table(out, widths, tbl.attributes.title)
  for _, part in ipairs(parts_of(tbl)) do write_rows(out, tbl, widths, part) end
  out.xml("</w:tbl>")
  return out.finish()
end

return { { Table = word_table } }
