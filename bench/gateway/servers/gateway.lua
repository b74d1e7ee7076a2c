-- Commands in URLs on lua-resty-redis, which Debian has as nginx.redis: /GET/key is answered {"GET":"value"}.
local json = require "cjson"
local redis = require "nginx.redis"

local words = {}
for word in ngx.var.request_uri:gmatch("[^/]+") do
  words[#words + 1] = ngx.unescape_uri(word)
end

local client = redis:new()
client:set_timeout(10000)
local connected, failure = client:connect("127.0.0.1", tonumber(ngx.var.redis_port))
if not connected then
  ngx.status = 503
  ngx.say(json.encode({ error = failure }))
  return
end

local name = words[1]
local reply, refusal = client[name:lower()](client, unpack(words, 2))
client:set_keepalive(60000, 256)

-- The library gives a status as any other string.
if name == "SET" and reply then reply = { true, reply } end
if refusal then reply = { false, refusal } end
local body = json.encode({ [name] = reply })
ngx.header["Content-Length"] = #body
ngx.print(body)
