-- Sets what names.lua named: captions, alternative texts, tables, notices, the title block, landscape pages.
--
-- Runs last (`at: post-render`, after citeproc), once for each format. What a format cannot say in pandoc's own tree
-- is said in its own language: functions of page.typst, styles of reference.docx, classes of page.css.

local HTML, TYPST, DOCX = FORMAT:match("html") ~= nil, FORMAT:match("typst") ~= nil, FORMAT:match("docx") ~= nil

local function refuse(message)
  io.stderr:write("trialpress: " .. message .. "\n")
  os.exit(4)
end

local function raw(text) return pandoc.RawBlock(DOCX and "openxml" or "typst", text) end

local function between(opening, blocks, closing)
  local out = pandoc.Blocks { raw(opening) }
  out:extend(blocks)
  out:insert(raw(closing))
  return out
end

local function styled(name, blocks) return pandoc.Div(blocks, pandoc.Attr("", {}, { ["custom-style"] = name })) end

-- Text --------------------------------------------------------------------------------------------------------------

local function typst_string(text)
  local escaped = text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("\n", " ")
  return '"' .. escaped .. '"'
end

-- Typst reads `...`, `-5`, `--`, `'` and a line's first `1.` as markup. What is not plainly letters and digits is
-- therefore handed over as a string.
local function stands_as_it_is(text)
  return text:match("^%w[%w,;:%%%.]*$") and not text:find("..", 1, true) and not text:match("^%d+%.$")
end

local function literal(str)
  if stands_as_it_is(str.text) then return nil end
  return pandoc.RawInline("typst", "#" .. typst_string(str.text) .. ";")
end

-- `lang` and the like are read by pandoc itself and must stay as they are; only what a template prints is guarded.
local function guard_text(doc)
  doc.blocks = doc.blocks:walk { Str = literal }
  local ours = doc.meta.trialpress or {}
  for _, name in ipairs { "study", "lock", "mark", "status" } do
    if ours[name] then ours[name] = pandoc.Inlines(ours[name]):walk { Str = literal } end
  end
  doc.meta.trialpress = ours
  if doc.meta.title then doc.meta.title = doc.meta.title:walk { Str = literal } end
  return doc
end

-- Takes out what names.lua put into the marks of Quarto's shortcodes.
local function shown(text) return (text:gsub("\u{E000}", "")) end

local function show_in(value)
  local kind = pandoc.utils.type(value)
  if kind == "string" then return shown(value) end
  if kind == "Inlines" or kind == "Blocks" then
    return value:walk { Str = function(str) return pandoc.Str(shown(str.text)) end }
  end
  if kind == "List" or kind == "table" then
    for name, each in pairs(value) do value[name] = show_in(each) end
  end
  return value
end

local function show_text(meta)
  for name, value in pairs(meta) do meta[name] = show_in(value) end
  return meta
end

local QUOTES = { DoubleQuote = { "“", "”" }, SingleQuote = { "‘", "’" } }

local function quoted(element)
  local marks = QUOTES[element.quotetype]
  return pandoc.Inlines { pandoc.Str(marks[1]) } .. element.content .. { pandoc.Str(marks[2]) }
end

-- Literature --------------------------------------------------------------------------------------------------------

-- The works of one citation stand in the order in which they were first cited. The style could sort them, but the first
-- comparison costs citeproc a tenth of a second.
local function sort_works(cites)
  local first, number = {}, 0
  for _, cite in ipairs(cites) do
    for _, work in ipairs(cite.citations) do
      if not first[work.id] then number = number + 1; first[work.id] = number end
    end
    cite.citations:sort(function(one, other) return first[one.id] < first[other.id] end)
  end
end

local function refuse_unknown(cites, references)
  local known = {}
  for _, entry in ipairs(references.content) do known[entry.identifier] = true end
  for _, cite in ipairs(cites) do
    for _, work in ipairs(cite.citations) do
      if not known["ref-" .. work.id] then refuse("no reference is named @" .. work.id) end
    end
  end
end

-- What citeproc makes of the citations alone, one paragraph each and in their order, and the list of references.
local function process(doc)
  local cites = pandoc.List {}
  doc:walk { Cite = function(cite) cites:insert(cite) end }
  sort_works(cites)
  local alone = pandoc.Blocks(cites:map(function(cite) return pandoc.Para { cite } end))
  alone:insert(pandoc.Div({}, pandoc.Attr("refs")))
  local done = pandoc.utils.citeproc(pandoc.Pandoc(alone, doc.meta)).blocks
  refuse_unknown(cites, done[#done])
  return done, done[#done]
end

-- Citations are set here and not by the engines, because Quarto sets them after its last filter, where their text would
-- no longer be guarded. Without a bibliography the engines find nothing left to do. citeproc is given the citations
-- without the document; a numeric style in the text asks for nothing else.
local function cite_literature(doc)
  local done, references = process(doc)
  local position, placed = 0, false
  doc = doc:walk {
    Cite = function()
      position = position + 1
      return done[position].content:walk { Cite = function(cite) return cite.content end }
    end,
    Div = function(div)
      if div.identifier ~= "refs" then return nil end
      placed = true
      return references
    end,
  }
  if not placed and #references.content > 0 then doc.blocks:insert(references) end
  doc.meta.bibliography, doc.meta.csl = nil, nil
  return doc
end

-- What the page templates ask for -----------------------------------------------------------------------------------

local function css_string(text)
  return '"' .. text:gsub("[^%w\x80-\xff]", function(mark) return string.format("\\%06x", mark:byte()) end) .. '"'
end

local function list_of(value)
  if value == nil then return {} end
  return pandoc.utils.type(value) == "List" and value or { value }
end

local function plain_texts(value)
  return pandoc.List(list_of(value)):map(pandoc.utils.stringify)
end

local function typst_array(value)
  local strings = plain_texts(value):map(typst_string)
  return "(" .. table.concat(strings, ", ") .. (#strings == 1 and ",)" or ")")
end

local MEANT_IN_HTML = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }

local function html_attribute(value)
  return (table.concat(plain_texts(value), ", "):gsub('[&<>"]', MEANT_IN_HTML))
end

local function typst_date(epoch)
  if epoch == "" then return "none" end
  return os.date("!datetime(year: %Y, month: %m, day: %d, hour: %H, minute: %M, second: %S)", tonumber(epoch))
    :gsub(": 0(%d)", ": %1")
end

-- What a file manager or a search shows of a file before anybody opens it: that it is a draft, or no real trial's.
local function stamp(ours)
  local texts = pandoc.List { ours.mark or "", ours.status or "" }:map(pandoc.utils.stringify)
  return table.concat(texts:filter(function(text) return text ~= "" end), ". ")
end

-- Everything a template puts into code rather than into text, as code: `$trialpress.code.date$`.
local function code_for_templates(meta)
  local ours = meta.trialpress or {}
  local function text(name) return pandoc.utils.stringify(ours[name] or "") end
  local code = {}
  if TYPST then
    code.authors, code.keywords = typst_array(ours.authors), typst_array(meta.keywords)
    code.paper, code.date = typst_string(text("paper")), typst_date(text("epoch"))
    code.stamp = typst_string(stamp(ours))
  elseif HTML then
    code.paper = text("paper") == "us-letter" and "letter" or "A4"
    for _, name in ipairs { "study", "lock", "mark", "status" } do code[name] = css_string(text(name)) end
    code.authors, code.keywords = html_attribute(ours.authors), html_attribute(meta.keywords)
    code.stamp = html_attribute(stamp(ours))
  end
  ours.stamp = stamp(ours)
  for name, value in pairs(code) do code[name] = pandoc.Inlines { pandoc.RawInline(FORMAT, value) } end
  ours.code = code
  meta.trialpress = ours
  return meta
end

-- Word shows a reader all metadata as properties of the file; what only steers the engines is no property of the paper.
local function keep_properties(meta)
  local ours = meta.trialpress
  return {
    title = meta.title, author = ours and ours.authors, keywords = meta.keywords, lang = meta.lang,
    subject = ours and ours.stamp,
  }
end

-- Figures -----------------------------------------------------------------------------------------------------------

local function share_of_line(width)
  return width:match("^[%d%.]+%%$") or "100%"
end

local function image(display)
  local source, alt = display.attributes.source, shown(display.attributes.alternative)
  local width = share_of_line(display.attributes.width)
  if TYPST then
    local call = string.format("#image(%s, alt: %s, width: %s)", typst_string(source), typst_string(alt), width)
    return pandoc.RawInline("typst", call)
  end
  if DOCX then source = source:gsub("%.svg$", ".png") end
  return pandoc.Image({ pandoc.Str(alt) }, source, "", pandoc.Attr("", {}, { width = width }))
end

local function figure(display, caption)
  local reached_by_key = HTML and { { "tabindex", "0" } } or {} -- on a phone it scrolls
  local attributes = pandoc.Attr(display.identifier, {}, reached_by_key)
  return pandoc.Figure({ pandoc.Plain { image(display) } }, { long = { pandoc.Plain(caption) } }, attributes)
end

-- Tables: what all formats share ------------------------------------------------------------------------------------

local function body_rows(tbl)
  local rows = pandoc.List {}
  for _, body in ipairs(tbl.bodies) do
    rows:extend(body.head)
    rows:extend(body.body)
  end
  return rows
end

local function spans_all(cell, columns) return cell ~= nil and columns > 1 and cell.col_span >= columns end

-- HTML --------------------------------------------------------------------------------------------------------------

local function scope(cell, value)
  if #pandoc.utils.stringify(cell.contents) > 0 then cell.attributes.scope = value end
end

local function name_headers(tbl)
  for _, row in ipairs(tbl.head.rows) do
    for _, cell in ipairs(row.cells) do scope(cell, cell.col_span > 1 and "colgroup" or "col") end
  end
end

-- Numbers with their brackets do not break over lines, whatever the screen.
local NEVER_BROKEN = 24

local function keep_short_together(cells)
  for position = 2, #cells do
    local length = utf8.len(pandoc.utils.stringify(cells[position].contents)) or 0
    if length > 0 and length <= NEVER_BROKEN then cells[position].classes:insert("short") end
  end
end

local function new_body(head)
  return { attr = pandoc.Attr(), head = head, body = pandoc.List {}, row_head_columns = 1 }
end

-- A row that is one cell across the table heads the rows under it: a row group of its own.
local function row_groups(tbl)
  local groups = pandoc.List { new_body {} }
  for _, row in ipairs(body_rows(tbl)) do
    local first = row.cells[1]
    keep_short_together(row.cells)
    if spans_all(first, #tbl.colspecs) then
      scope(first, "rowgroup")
      groups:insert(new_body { row })
    else
      scope(first, "row")
      groups[#groups].body:insert(row)
      if first.col_span > 1 then groups[#groups].row_head_columns = 0 end
    end
  end
  return groups:filter(function(group) return #group.body > 0 or #group.head > 0 end)
end

local function html_table(display, tbl, caption)
  local name = display.identifier .. "-caption"
  name_headers(tbl)
  tbl.bodies = row_groups(tbl)
  tbl.caption = { long = { pandoc.Plain { pandoc.Span(caption, pandoc.Attr(name, { "caption" })) } } }
  tbl.attr = pandoc.Attr(display.identifier)
  local region = { { "tabindex", "0" }, { "role", "region" }, { "aria-labelledby", name } }
  return pandoc.Div({ tbl }, pandoc.Attr("", { "display" }, region))
end

-- Typst -------------------------------------------------------------------------------------------------------------

-- Thin rules under headings that span columns; the table's last rule, where no notes follow that bring one.
local function rule_cells(cells, when, rule)
  for _, cell in ipairs(cells) do
    if when(cell) then cell.attributes["typst:stroke"] = "(bottom: " .. rule .. ")" end
  end
end

local SIDES = { AlignLeft = "left", AlignCenter = "center", AlignRight = "right" }

local function rule_table(tbl)
  for position = 1, #tbl.head.rows - 1 do
    rule_cells(tbl.head.rows[position].cells, function(cell) return cell.col_span > 1 end, "thin-rule")
  end
  for _, row in ipairs(tbl.head.rows) do
    for column, cell in ipairs(row.cells) do
      local side = cell.alignment == "AlignDefault" and SIDES[tbl.colspecs[column][1]] -- pandoc adds the cell's own
      cell.attributes["typst:text:weight"] = '"semibold"'
      cell.attributes["typst:align"] = "bottom" .. (side and " + " .. side or "")
    end
  end
  local rows = body_rows(tbl)
  if #tbl.foot.rows == 0 and #rows > 0 then
    rule_cells(rows[#rows].cells, function() return true end, "thick-rule")
  end
end

-- A label that runs over lines goes on where the labels below it, set in by one em, begin.
local function hang(cell)
  local first = cell and cell.contents[1]
  if not first or #cell.contents > 1 then return end
  local inlines = pandoc.Inlines { pandoc.RawInline("typst", "#stub[") } .. first.content
  cell.contents = { pandoc.Plain(inlines .. { pandoc.RawInline("typst", "]") }) }
end

local function typst_table(display, tbl, caption)
  rule_table(tbl)
  for _, row in ipairs(tbl.foot.rows) do
    for _, cell in ipairs(row.cells) do cell.contents:insert(1, raw("#show: table-note")) end
  end
  for _, row in ipairs(body_rows(tbl)) do hang(row.cells[1]) end
  tbl.caption = { long = { pandoc.Plain(caption) } }
  tbl.attr = pandoc.Attr(display.identifier)
  return tbl
end

-- DOCX --------------------------------------------------------------------------------------------------------------

local PAPER = { a4 = { 11906, 16838 }, ["us-letter"] = { 12240, 15840 } } -- twentieths of a point
local MARGIN = 1417
local paper = PAPER.a4

-- The table itself is written by word_tables.lua, which wants to know how long the line is.
local function docx_table(display, tbl, caption)
  local line = (display.attributes.landscape and paper[2] or paper[1]) - 2 * MARGIN
  tbl.attr = pandoc.Attr("", {}, { { "line", tostring(line) }, { "title", pandoc.utils.stringify(caption) } })
  local named = pandoc.Plain { pandoc.Span(caption, pandoc.Attr(display.identifier)) }
  return pandoc.Blocks { styled("Table Caption", { named }), tbl }
end

-- Divs --------------------------------------------------------------------------------------------------------------

-- In Word the number is a field, so that captions can be renumbered and listed there.
local FIELD = '<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">%s\u{a0}</w:t></w:r><w:fldSimple w:instr=" SEQ %s \\* ARABIC ">'
  .. '<w:r><w:rPr><w:b/></w:rPr><w:t>%s</w:t></w:r></w:fldSimple><w:r><w:rPr><w:b/></w:rPr><w:t>.</w:t></w:r>'

local function label(text)
  if not DOCX then return pandoc.Strong { pandoc.Str(text .. ".") } end
  local word, number = text:match("^(%a+).-(%d+)$")
  return pandoc.RawInline("openxml", FIELD:format(word, word, number))
end

local function display_of(div)
  local caption = pandoc.Inlines { label(div.attributes["data-label"]), pandoc.Space() }
  caption:extend(div.content[#div.content].content)
  if div.attributes.source then return figure(div, caption) end
  local set = HTML and html_table or TYPST and typst_table or docx_table
  return set(div, div.content[1], caption)
end

local SECTION = '<w:p><w:pPr><w:pStyle w:val="SectionEnd"/><w:sectPr><w:headerReference w:type="default" r:id="rIdHeader"/>'
  .. '<w:footerReference w:type="default" r:id="rIdFooter"/><w:pgSz w:w="%d" w:h="%d"%s/><w:pgMar w:top="%d" w:right="%d" '
  .. 'w:bottom="%d" w:left="%d" w:header="680" w:footer="680" w:gutter="0"/></w:sectPr></w:pPr></w:p>'

local function section_end(width, height, orientation)
  return SECTION:format(width, height, orientation, MARGIN, MARGIN, MARGIN, MARGIN)
end

local function landscape(div)
  if TYPST then return between("#page(flipped: true)[", div.content, "]") end
  if not DOCX then return nil end
  local opening = section_end(paper[1], paper[2], "")
  return between(opening, div.content, section_end(paper[2], paper[1], ' w:orient="landscape"'))
end

local STYLES = { notice = "Notice", authors = "Authors", affiliations = "Affiliations", front = "Front Matter",
  abstract = "Abstract" }

local function titled(div, class)
  if TYPST then return between("#" .. class .. "[", div.content, "]") end
  if DOCX then return styled(STYLES[class], div.content) end
  if class == "notice" then div.attributes.role = "note" end
  return div
end

-- An entry of the reference list: its number hangs left of its text.
local function reference(entry)
  local parts = entry.content[1].content
  if not TYPST or #parts ~= 2 then return nil end
  local call = pandoc.Inlines { pandoc.RawInline("typst", "#reference[") } .. parts[1].content
  call = call .. { pandoc.RawInline("typst", "][") } .. parts[2].content .. { pandoc.RawInline("typst", "]") }
  entry.content = { pandoc.Plain(call) }
  return entry
end

local function mark_landscape(div)
  if not div.classes:includes("wide") then return nil end
  return div:walk { Div = function(inner)
    if inner.attributes["data-label"] then inner.attributes.landscape = "yes" return inner end
  end }
end

local function div(element)
  if element.attributes["data-label"] then return display_of(element) end
  if element.classes:includes("wide") then return landscape(element) end
  if element.classes:includes("csl-entry") then return reference(element) end
  for class in pairs(STYLES) do
    if element.classes:includes(class) then return titled(element, class) end
  end
end

local function span(element)
  if element.classes:includes("result") and not HTML then return element.content end
end

-- The document ------------------------------------------------------------------------------------------------------

-- The page's title is the one first heading; in HTML the sections go one level down.
local function header(element)
  element.level = element.level + 1
  return element
end

local function is_section(block, name)
  return block.t == "Header" and block.level == 1 and (name == nil or block.identifier == name)
end

-- Everything under the heading "Abstract", without the heading, becomes one div.
local function set_abstract_off(doc)
  local out, abstract = pandoc.Blocks {}, nil
  for _, block in ipairs(doc.blocks) do
    if is_section(block) then abstract = nil end
    if abstract then abstract.content:insert(block) else out:insert(block) end
    if is_section(block, "abstract") then
      abstract = pandoc.Div({}, pandoc.Attr("", { "abstract" }))
      out:insert(abstract)
    end
  end
  doc.blocks = out
  return doc
end

local function read_paper(meta)
  paper = PAPER[pandoc.utils.stringify(meta.trialpress and meta.trialpress.paper or "")] or PAPER.a4
end

return {
  { Meta = show_text },
  { Meta = read_paper },
  { Meta = code_for_templates },
  { Pandoc = cite_literature },
  { Pandoc = set_abstract_off },
  { Quoted = quoted },
  { Div = mark_landscape },
  { Div = div, Span = span, Header = HTML and header or nil },
  { Pandoc = TYPST and guard_text or nil, Meta = DOCX and keep_properties or nil },
}
