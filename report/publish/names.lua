-- Numbers the displays, resolves references to them, and fetches their trees.
--
-- Runs before anything else touches the document (`at: pre-ast`, before citeproc). In: divs `#tbl-x` and `#fig-x`,
-- and citations such as `@tbl-x`. Out: links, and divs `#display-tbl-x .display .table data-label="Table 1"` that hold
-- the table and its caption, or the caption only and the image as attributes. Under these ids and in this form Quarto
-- leaves them alone.

local KINDS = { tbl = { word = "Table", class = "table" }, fig = { word = "Figure", class = "figure" } }
local NBSP = "\u{a0}"

local label_of = {}   -- id -> "Table 1"
local number_of = {}  -- id -> 1
local counted = { tbl = 0, fig = 0 }

local function refuse(message)
  io.stderr:write("trialpress: " .. message .. "\n")
  os.exit(4)
end

local function kind_of(id)
  local prefix = id:match("^(%l+)%-")
  return KINDS[prefix] and prefix
end

local function anchor(id) return "display-" .. id end

-- Quarto looks for its shortcodes in metadata and attributes too, after this filter and before the next. A private
-- character inside `{{<` and `>}}` keeps them text; displays.lua takes it out again.
local function hide_shortcodes(text)
  return (text:gsub("{{<", "{{\u{E000}<"):gsub(">}}", ">\u{E000}}}"))
end

-- Trees ---------------------------------------------------------------------------------------------------------

local function read_tree(id, path)
  local file = io.open(path, "r")
  if not file then refuse("the display " .. id .. " has no tree: " .. path .. " cannot be opened") end
  local text = file:read("a")
  file:close()
  local understood, document = pcall(pandoc.read, text, "json")
  if not understood then refuse("the tree of " .. id .. " is not a pandoc document: " .. path) end
  return document.blocks
end

local function holds_one_image(block)
  return (block.t == "Para" or block.t == "Plain") and #block.content == 1 and block.content[1].t == "Image"
end

local function fits(kind, block)
  if kind == "tbl" then return block.t == "Table" end
  return holds_one_image(block)
end

local function fetch_tree(div)
  local path = div.attributes.tree
  if not path then return end
  local blocks = read_tree(div.identifier, path)
  if #blocks ~= 1 or not fits(kind_of(div.identifier), blocks[1]) then
    refuse("the tree of " .. div.identifier .. " must hold one table or one image: " .. path)
  end
  div.attributes.tree = nil
  div.content:insert(1, blocks[1])
end

-- Numbers -------------------------------------------------------------------------------------------------------

local function check_parts(div)
  local body, caption = div.content[1], div.content[2]
  if #div.content ~= 2 or not fits(kind_of(div.identifier), body) or caption.t ~= "Para" then
    refuse("the display " .. div.identifier .. " must hold its table or image and then one paragraph, the caption")
  end
end

local function count(id)
  if number_of[id] then refuse("two displays are named " .. id) end
  local kind = kind_of(id)
  counted[kind] = counted[kind] + 1
  number_of[id] = counted[kind]
  label_of[id] = KINDS[kind].word .. NBSP .. counted[kind]
end

-- A figure's image becomes attributes of its div: left as an image, Quarto would write it in its own way.
local function image_attributes(id, image)
  local alt = image.attributes["fig-alt"] or image.attributes["alt"] or ""
  if not alt:match("%S") then refuse("the figure " .. id .. " has no alternative text (fig-alt)") end
  return { { "source", image.src }, { "alternative", hide_shortcodes(alt) }, { "width", image.attributes.width or "100%" } }
end

local function name_display(div)
  local id = div.identifier
  local kind = kind_of(id)
  if not kind then return nil end
  count(id)
  fetch_tree(div)
  check_parts(div)
  local attributes = pandoc.List { { "data-label", label_of[id] } }
  if kind == "fig" then attributes:extend(image_attributes(id, div.content:remove(1).content[1])) end
  return pandoc.Div(div.content, pandoc.Attr(anchor(id), { "display", KINDS[kind].class }, attributes))
end

local function refuse_image(image)
  refuse("the image " .. image.src .. " stands outside a display: put it in a div such as ::: {#fig-name}")
end

-- References ----------------------------------------------------------------------------------------------------

local function words_of(citation)
  local id = citation.id
  if not number_of[id] then refuse("nothing is named @" .. id) end
  if citation.mode == "SuppressAuthor" then return pandoc.Inlines { pandoc.Str(tostring(number_of[id])) } end
  if #citation.prefix > 0 then return citation.prefix .. { pandoc.Str(NBSP .. number_of[id]) } end
  return pandoc.Inlines { pandoc.Str(label_of[id]) }
end

local function after(citation)
  if #citation.suffix == 0 then return {} end
  local first = pandoc.utils.stringify(citation.suffix[1])
  local glued = first == "" or first:match("^%p")
  return (glued and {} or { pandoc.Space() }) .. citation.suffix
end

local function refuse_mixture(citations)
  local ids = citations:map(function(citation) return "@" .. citation.id end)
  refuse("one reference mixes displays and literature: " .. table.concat(ids, "; "))
end

local function resolve(cite)
  local ours = cite.citations:filter(function(citation) return kind_of(citation.id) end)
  if #ours == 0 then return nil end
  if #ours < #cite.citations then refuse_mixture(cite.citations) end
  local out = pandoc.Inlines {}
  for position, citation in ipairs(ours) do
    if position > 1 then out:extend { pandoc.Str(","), pandoc.Space() } end
    out:insert(pandoc.Link(words_of(citation), "#" .. anchor(citation.id)))
    out:extend(after(citation))
  end
  return out
end

-- Metadata ------------------------------------------------------------------------------------------------------

local function hide_in(value)
  local kind = pandoc.utils.type(value)
  if kind == "string" then return hide_shortcodes(value) end
  if kind == "Inlines" or kind == "Blocks" then
    return value:walk { Str = function(str) return pandoc.Str(hide_shortcodes(str.text)) end }
  end
  if kind == "List" or kind == "table" then
    for name, each in pairs(value) do value[name] = hide_in(each) end
  end
  return value
end

local function plain_name(author)
  local name = pandoc.utils.type(author) == "table" and author.name or author
  return pandoc.utils.stringify(name)
end

-- Quarto rewrites `author` later; the pages want the plain names, so they are kept aside here.
local function prepare(meta)
  local ours, given = meta.trialpress or {}, meta.author or {}
  if pandoc.utils.type(given) ~= "List" then given = { given } end
  ours.authors = pandoc.List(given):map(plain_name)
  meta.trialpress = ours
  for name, value in pairs(meta) do meta[name] = hide_in(value) end
  return meta
end

return { { Meta = prepare }, { traverse = "topdown", Div = name_display }, { Cite = resolve, Image = refuse_image } }
