# Generation: the stacks of blocks.py without gradients, over rows of different lengths that stand one
# after the other without padding, and with what earlier passes computed kept. Letters: B rows, T
# places of all rows, D width, H heads, d width of a head, P passes over the same places (with one
# condition or another), S places of one pass, V vocabulary.
#
# `lengths` says how many places a row has. `runs` says the same for neighbouring rows of equal
# lengths, three numbers each: rows, places that look, places that are looked at.

# x (B, N, D), rows of which the first `lengths` count -> (T, D)
def pack_rows(self, x: Tensor, lengths: List[int]) -> Tensor:
  parts = annotate(List[Tensor], [])
  for row in range(torch.len(lengths)):
    torch.append(parts, torch.narrow(torch.select(x, 0, row), 0, 0, lengths[row]))
  return torch.cat(parts)

# q (T, H, d), k and v (T', H, d): every row looks at its own -> (T, D). Zeros where there is nothing
# to look at.
def attend_rows(self, q: Tensor, k: Tensor, v: Tensor, runs: List[int], attention_dtype: int) -> Tensor:
  nothing = torch.zeros([0], dtype=6, device=q.device)
  parts = annotate(List[Tensor], [])
  asked = 0
  seen = 0
  for run in range(torch.floordiv(torch.len(runs), 3)):
    rows = runs[run * 3]
    places = runs[run * 3 + 1]
    keys = runs[run * 3 + 2]
    q2 = torch.narrow(q, 0, asked, rows * places)
    if keys == 0:
      y = torch.zeros_like(torch.flatten(q2, 1))
    else:
      k2 = torch.unflatten(torch.narrow(k, 0, seen, rows * keys), 0, [rows, keys])
      v2 = torch.unflatten(torch.narrow(v, 0, seen, rows * keys), 0, [rows, keys])
      y = torch.flatten(self.attention(torch.unflatten(q2, 0, [rows, places]), k2, v2, nothing, attention_dtype), 0, 1)
    torch.append(parts, y)
    asked = asked + rows * places
    seen = seen + rows * keys
  return torch.cat(parts)

# contents and places (B, N, D) -> for every decoder layer the keys and values (T, H, d) that its
# cross-attention looks at. `ends` are the norm after the encoder and the projection to the context.
def encode_rows(self, contents: Tensor, places: Tensor, lengths: List[int], runs: List[int], weights: List[Tensor], heads: int, ends: List[Tensor], decoder: List[Tensor], dtype: int, attention_dtype: int) -> List[Tensor]:
  where = self.pack_rows(places, lengths)
  y = torch.add(self.pack_rows(contents, lengths), where)
  for layer in range(torch.floordiv(torch.len(weights), 18)):
    at = layer * 18
    qkv = torch.unflatten(self.linear(self.norm(y, weights[at], weights[at + 1]), weights[at + 2], weights[at + 3], dtype), 1, [3, heads, -1])
    q, k, v = torch.unbind(qkv, 1)
    a = self.attend_rows(self.per_head(q, weights, at + 6), self.per_head(k, weights, at + 8), v, runs, attention_dtype)
    y = torch.add(y, self.linear(a, weights[at + 4], weights[at + 5], dtype))
    y = torch.add(y, self.feed_forward(self.norm(y, weights[at + 10], weights[at + 11]), weights, at + 12, dtype))
  context = self.context_of(self.norm(y, ends[0], ends[1]), where, ends[2], ends[3], dtype)
  kept = annotate(List[Tensor], [])
  for layer in range(torch.floordiv(torch.len(decoder), 32)):
    at = layer * 32
    c = self.norm(context, decoder[at + 12], decoder[at + 13])
    kv = torch.unflatten(self.linear(c, decoder[at + 16], decoder[at + 17], dtype), 1, [2, heads, -1])
    k, v = torch.unbind(kv, 1)
    torch.append(kept, self.per_head(k, decoder, at + 22))
    torch.append(kept, v)
  return kept

# Sums the P passes over the same S places, weighted, before the head: a head is linear, so this is
# what summing logits would give. y (P * S, D) -> (S, D)
def sum_passes(self, y: Tensor, passes: List[float]) -> Tensor:
  if torch.len(passes) == 1:
    z = y
  else:
    share = torch.view(torch.tensor(passes, dtype=6, device=y.device), [-1, 1, 1])
    z = torch.sum(torch.mul(torch.unflatten(y, 0, [torch.len(passes), -1]), share), [0])
  return z

# -> (S, V) float32
def head_rows(self, y: Tensor, passes: List[float], ends: List[Tensor], dtype: int) -> Tensor:
  nothing = torch.zeros([0], dtype=6, device=y.device)
  z = self.sum_passes(self.norm(y, ends[0], ends[1]), passes)
  return torch.to(self.linear(z, ends[2], nothing, dtype), 6)

# contents and places (B, M, D), context from encode_rows -> (S, V) logits. Places of a row see each
# other, all of them. `ends` are the norm after the decoder and the head.
def decode_rows(self, contents: Tensor, places: Tensor, lengths: List[int], runs: List[int], context_runs: List[int], context: List[Tensor], weights: List[Tensor], heads: int, ends: List[Tensor], passes: List[float], dtype: int, attention_dtype: int, head_dtype: int) -> Tensor:
  y = self.pack_rows(torch.add(contents, places), lengths)
  for layer in range(torch.floordiv(torch.len(weights), 32)):
    at = layer * 32
    qkv = torch.unflatten(self.linear(self.norm(y, weights[at], weights[at + 1]), weights[at + 2], weights[at + 3], dtype), 1, [3, heads, -1])
    q, k, v = torch.unbind(qkv, 1)
    a = self.attend_rows(self.per_head(q, weights, at + 6), self.per_head(k, weights, at + 8), v, runs, attention_dtype)
    y = torch.add(y, self.linear(a, weights[at + 4], weights[at + 5], dtype))
    q2 = torch.unflatten(self.linear(self.norm(y, weights[at + 10], weights[at + 11]), weights[at + 14], weights[at + 15], dtype), 1, [heads, -1])
    b = self.attend_rows(self.per_head(q2, weights, at + 20), context[layer * 2], context[layer * 2 + 1], context_runs, attention_dtype)
    y = torch.add(y, self.linear(b, weights[at + 18], weights[at + 19], dtype))
    y = torch.add(y, self.feed_forward(self.norm(y, weights[at + 24], weights[at + 25]), weights, at + 26, dtype))
  return self.head_rows(y, passes, ends, head_dtype)

# Keys and values (T, H, d) as rows of equal length, zeros behind -> (B, H, N, d)
def pad_rows(self, context: List[Tensor], lengths: List[int], length: int) -> List[Tensor]:
  padded = annotate(List[Tensor], [])
  for i in range(torch.len(context)):
    rows = annotate(List[Tensor], [])
    at = 0
    for row in range(torch.len(lengths)):
      places = torch.narrow(context[i], 0, at, lengths[row])
      torch.append(rows, torch.constant_pad_nd(places, [0, 0, 0, 0, 0, length - lengths[row]]))
      at = at + lengths[row]
    torch.append(padded, torch.contiguous(torch.transpose(torch.stack(rows), 1, 2)))
  return padded

# To add to scores: (B, 1, 1, N), -inf behind the end of a row
def hide_behind(self, lengths: List[int], length: int, device_of: Tensor) -> Tensor:
  ends = torch.view(torch.tensor(lengths, dtype=4, device=device_of.device), [-1, 1, 1, 1])
  places = torch.view(torch.arange(length, dtype=4, device=device_of.device), [1, 1, 1, -1])
  return self.scores(torch.ge(places, ends))

# Room for keys and values of `layers` decoder layers, (B, H, L, d) each.
def make_cache(self, like: Tensor, layers: int, rows: int, length: int) -> List[Tensor]:
  cache = annotate(List[Tensor], [])
  for i in range(layers * 2):
    torch.append(cache, torch.zeros([rows, torch.size(like, 1), length, torch.size(like, 3)], dtype=6, device=like.device))
  return cache

def keep_rows(self, tensors: List[Tensor], rows: List[int]) -> List[Tensor]:
  kept = annotate(List[Tensor], [])
  for i in range(torch.len(tensors)):
    chosen = torch.tensor(rows, dtype=4, device=tensors[i].device)
    torch.append(kept, torch.index_select(tensors[i], 0, chosen))
  return kept

# One place per row looks: q (B, H, d), k and v (B, H, N, d) -> (B, D). `hidden` as in blocks.py, added
# where it is present.
def look(self, q: Tensor, k: Tensor, v: Tensor, hidden: Tensor, attention_dtype: int) -> Tensor:
  q2 = torch.unsqueeze(q, 2)
  if torch.__or__(attention_dtype != 6, q.is_cuda):
    y = torch.scaled_dot_product_attention(torch.to(q2, attention_dtype), torch.to(k, attention_dtype), torch.to(v, attention_dtype), self.present(hidden))
  else:
    scores = torch.matmul(torch.mul(q2, torch.pow(torch.size(q, 2), -0.5)), torch.transpose(k, 2, 3))
    if torch.gt(torch.numel(hidden), 0):
      scores = torch.add(scores, hidden)
    y = torch.matmul(torch.softmax(scores, -1), v)
  return torch.flatten(y, 1)

# One more token of a sequence: ids (B) stand at `rank` and get the embedding of `position`. What they
# look at is in `cache`, to which they are added, and in `context`, from pad_rows. `tables` are the
# embeddings of ids, positions and the modality. -> (S, V) logits of what follows
def decode_next(self, ids: List[int], rank: int, position: int, tables: List[Tensor], cache: List[Tensor], context: List[Tensor], hidden: Tensor, weights: List[Tensor], heads: int, ends: List[Tensor], passes: List[float], dtype: int, attention_dtype: int, head_dtype: int) -> Tensor:
  nothing = torch.zeros([0], dtype=6, device=hidden.device)
  contents = torch.index_select(tables[0], 0, torch.tensor(ids, dtype=4, device=hidden.device))
  where = torch.add(torch.select(torch.flatten(tables[1], 0, 1), 0, position), torch.flatten(tables[2]))
  y = torch.add(contents, where)
  for layer in range(torch.floordiv(torch.len(weights), 32)):
    at = layer * 32
    qkv = torch.unflatten(self.linear(self.norm(y, weights[at], weights[at + 1]), weights[at + 2], weights[at + 3], dtype), 1, [3, heads, -1])
    q, k, v = torch.unbind(qkv, 1)
    keys = cache[layer * 2]
    values = cache[layer * 2 + 1]
    torch.copy_(torch.select(keys, 2, rank), self.per_head(k, weights, at + 8))
    torch.copy_(torch.select(values, 2, rank), v)
    a = self.look(self.per_head(q, weights, at + 6), torch.narrow(keys, 2, 0, rank + 1), torch.narrow(values, 2, 0, rank + 1), nothing, attention_dtype)
    y = torch.add(y, self.linear(a, weights[at + 4], weights[at + 5], dtype))
    q2 = torch.unflatten(self.linear(self.norm(y, weights[at + 10], weights[at + 11]), weights[at + 14], weights[at + 15], dtype), 1, [heads, -1])
    b = self.look(self.per_head(q2, weights, at + 20), context[layer * 2], context[layer * 2 + 1], hidden, attention_dtype)
    y = torch.add(y, self.linear(b, weights[at + 18], weights[at + 19], dtype))
    y = torch.add(y, self.feed_forward(self.norm(y, weights[at + 24], weights[at + 25]), weights, at + 26, dtype))
  return self.head_rows(y, passes, ends, head_dtype)
