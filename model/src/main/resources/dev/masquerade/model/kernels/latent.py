# Predictors of latent patches. Letters: B rows, N context tokens, M tokens to predict, S tokens of a
# sequence, D width of the encoder, d of the predictor, H heads.

def norm_within(self, x: Tensor, weight: Tensor, bias: Tensor, epsilon: float) -> Tensor:
  return torch.layer_norm(x, [torch.size(x, -1)], weight, self.present(bias), epsilon)

# Rows of a table (1, L, d) at places (B, N) -> (B, N, d)
def rows_at(self, table: Tensor, places: Tensor) -> Tensor:
  rows = torch.index_select(torch.select(table, 0, 0), 0, torch.flatten(places))
  return torch.view(rows, [torch.size(places, 0), torch.size(places, 1), torch.size(table, 2)])

# Mask tokens at the places of each mask, beside the context. x (B, N, D) context tokens, seen (B, N)
# their places, masks lists of (B, M), table (1, L, d) -> (masks x B, N + M, d), mask by mask
def context_and_questions(self, x: Tensor, seen: Tensor, masks: List[Tensor], table: Tensor, token: Tensor, weight: Tensor, bias: Tensor, dtype: int) -> Tensor:
  context = torch.add(torch.to(self.linear(x, weight, bias, dtype), 6), self.rows_at(table, seen))
  all = annotate(List[Tensor], [])
  for i in range(torch.len(masks)):
    questions = torch.add(self.rows_at(table, masks[i]), token)
    torch.append(all, torch.cat([context, questions], 1))
  return torch.cat(all)

# x (B, S, d) -> the last tokens, without the context before them, at the encoder's width (B, M, D)
def answers(self, x: Tensor, context: int, norm: List[Tensor], weight: Tensor, bias: Tensor, dtype: int) -> Tensor:
  y = self.norm(torch.slice(x, 1, context), norm[0], norm[1])
  return torch.to(self.linear(y, weight, bias, dtype), 6)

# A token (1, 1, D) for every place (B, M) -> (B, M, D)
def ask(self, token: Tensor, places: Tensor) -> Tensor:
  return torch.expand(token, [torch.size(places, 0), torch.size(places, 1), -1])

# Sines and cosines (B, N, 2, width) by which pairs of numbers of a head are turned, at places (B, N)
# of a grid so many columns wide: the first half of the pairs by the row, the second by the column,
# with frequencies falling from 1 towards 1/10000.
def turns(self, places: Tensor, columns: int, width: int) -> Tensor:
  bands = torch.floordiv(width, 4)
  steps = torch.div(torch.arange(bands, dtype=6, device=places.device), bands)
  frequencies = torch.pow(10000., torch.neg(steps))
  row = torch.unsqueeze(torch.to(torch.floor_divide(places, columns), 6), -1)
  column = torch.unsqueeze(torch.to(torch.remainder(places, columns), 6), -1)
  angles = torch.cat([torch.mul(row, frequencies), torch.mul(column, frequencies)], -1)
  both = torch.repeat_interleave(angles, 2, -1)
  return torch.stack([torch.sin(both), torch.cos(both)], 2)

# x (B, N, H, w): each pair (a, b) becomes (a cos - b sin, b cos + a sin)
def turn(self, x: Tensor, by: Tensor) -> Tensor:
  odd = torch.slice(x, -1, 1, 9223372036854775807, 2)
  even = torch.slice(x, -1, 0, 9223372036854775807, 2)
  swapped = torch.flatten(torch.stack([torch.neg(odd), even], -1), -2)
  sines = torch.unsqueeze(torch.select(by, 2, 0), 2)
  cosines = torch.unsqueeze(torch.select(by, 2, 1), 2)
  return torch.add(torch.mul(x, cosines), torch.mul(swapped, sines))

# Blocks of cross-attention, weight and bias of each of 8 parts: query_norm, context_norm, to_query, to_key_value,
# projection, mlp_norm, mlp.0, mlp.2. queries (B, M, D), context (B, N, D) -> (B, M, D)
def turned_cross_stack(self, queries: Tensor, context: Tensor, query_turns: Tensor, context_turns: Tensor, weights: List[Tensor], heads: int, dtype: int) -> Tensor:
  x = queries
  for layer in range(torch.floordiv(torch.len(weights), 16)):
    at = layer * 16
    asking = self.norm_within(x, weights[at], weights[at + 1], 1.0000000000000001e-05)
    given = self.norm_within(context, weights[at + 2], weights[at + 3], 1.0000000000000001e-05)
    q = torch.unflatten(torch.to(self.linear(asking, weights[at + 4], weights[at + 5], dtype), 6), 2, [heads, -1])
    kv = torch.unflatten(torch.to(self.linear(given, weights[at + 6], weights[at + 7], dtype), 6), 2, [2, heads, -1])
    k, v = torch.unbind(kv, 2)
    q2 = torch.transpose(self.turn(q, query_turns), 1, 2)
    k2 = torch.transpose(self.turn(k, context_turns), 1, 2)
    y = torch.scaled_dot_product_attention(q2, k2, torch.transpose(v, 1, 2))
    y2 = torch.flatten(torch.transpose(y, 1, 2), 2)
    x = torch.add(x, self.linear(y2, weights[at + 8], weights[at + 9], dtype))
    h = self.norm_within(x, weights[at + 10], weights[at + 11], 1.0000000000000001e-05)
    m = torch.gelu(self.linear(h, weights[at + 12], weights[at + 13], dtype))
    x = torch.add(x, self.linear(m, weights[at + 14], weights[at + 15], dtype))
  return x

# causal (B, S): where true, a token is seen only by itself and those after it; elsewhere by all ->
# scores (B, 1, S, S)
def hide_from_earlier(self, causal: Tensor) -> Tensor:
  length = torch.size(causal, 1)
  places = torch.arange(length, dtype=4, device=causal.device)
  later = torch.gt(torch.view(places, [1, -1]), torch.view(places, [-1, 1]))
  hidden = torch.logical_and(torch.unsqueeze(later, 0), torch.unsqueeze(causal, 1))
  return self.scores(torch.unsqueeze(hidden, 1))

# A linear map, residual blocks of norm and feed-forward, a norm, a linear map. weights: first map;
# 6 per block (norm w b, fc1 w b, fc2 w b); norm w b; last map. Maps at both ends have no bias.
def prediction_head(self, x: Tensor, weights: List[Tensor], dtype: int) -> Tensor:
  y = torch.to(torch.linear(torch.to(x, dtype), torch.to(weights[0], dtype)), 6)
  last = torch.len(weights) - 3
  for block in range(torch.floordiv(torch.len(weights) - 4, 6)):
    at = block * 6 + 1
    h = self.norm_within(y, weights[at], weights[at + 1], 1.0000000000000001e-05)
    m = torch.gelu(self.linear(h, weights[at + 2], weights[at + 3], dtype))
    y = torch.add(y, self.linear(m, weights[at + 4], weights[at + 5], dtype))
  z = self.norm_within(y, weights[last], weights[last + 1], 1.0000000000000001e-05)
  return torch.to(torch.linear(torch.to(z, dtype), torch.to(weights[last + 2], dtype)), 6)
