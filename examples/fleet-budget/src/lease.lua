-- The fleet's tokens, in thousandths. A process hands in what it has too much, and is given what it wants, if it is there.
-- No key is an empty bucket: of a Redis that has lost what it held, nobody gets a token that no success has paid.
-- KEYS[1]: the bucket. ARGV: handed in, wanted, capacity.
local held = tonumber(redis.call('GET', KEYS[1]) or '0')
held = math.min(held + tonumber(ARGV[1]), tonumber(ARGV[3]))
local granted = math.min(held, tonumber(ARGV[2]))
redis.call('SET', KEYS[1], held - granted)
return granted
