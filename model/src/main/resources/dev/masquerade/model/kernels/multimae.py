# Masked autoencoding of several tasks that share one grid of L places. Letters: B rows, N encoder
# places of a packed row, G global tokens, D width of the encoder, d of a decoder, K tokens of one
# task over all rows, P pixels of a patch, C channels or classes.

# Fixed positions as one row per place: (1, D, h, w) -> (1, L, D), resized where the grids differ.
def grid_rows(self, table: Tensor, rows: int, columns: int, bicubic: bool) -> Tensor:
  fitting = table
  if torch.__or__(torch.ne(torch.size(table, 2), rows), torch.ne(torch.size(table, 3), columns)):
    if bicubic:
      fitting = torch.upsample_bicubic2d(table, [rows, columns], False)
    else:
      fitting = torch.upsample_bilinear2d(table, [rows, columns], False)
  return torch.transpose(torch.flatten(fitting, 2), 1, 2)

# K patches of classes -> (K, P) int64; 255 where a pixel has none
def class_patches(self, pixels: Tensor, at: int, count: int, width: int) -> Tensor:
  return torch.view(torch.to(torch.narrow(pixels, 0, at, count * width), 4), [count, width])

# (K, P) classes -> (K, P x E) rows of the table; zeros where a pixel has no class
def embed_each_class(self, classes: Tensor, table: Tensor) -> Tensor:
  known = torch.lt(classes, torch.size(table, 0))
  ids = torch.masked_fill(classes, torch.logical_not(known), 0)
  rows = torch.mul(torch.embedding(table, ids), torch.unsqueeze(torch.to(known, 6), 2))
  return torch.flatten(rows, 1)

# Patches (K, P x C) through a convolution (D, C, p, p) of their size, plus their positions -> (K, D)
def embed_patches(self, patches: Tensor, index: Tensor, at: int, weight: Tensor, bias: Tensor, positions: Tensor, dtype: int) -> Tensor:
  y = self.project_patches(patches, weight, bias, dtype)
  places = torch.narrow(index, 0, at, torch.size(patches, 0))
  return torch.add(y, torch.index_select(torch.squeeze(positions, 0), 0, places))

# x (B, N, D) -> (B, N + G, D): global tokens last
def append_globals(self, x: Tensor, tokens: Tensor) -> Tensor:
  return torch.cat([x, torch.expand(tokens, [torch.size(x, 0), -1, -1])], 1)

# valid (B) numbers of leading valid places -> scores (B, 1, 1, N + G): global tokens are seen
def hide_padding_before_globals(self, index: Tensor, at: int, rows: int, length: int, globals: int) -> Tensor:
  valid = torch.view(torch.narrow(index, 0, at, rows), [-1, 1])
  places = torch.view(torch.arange(length, dtype=4, device=index.device), [1, -1])
  hidden = torch.constant_pad_nd(torch.ge(places, valid), [0, globals])
  return self.scores(torch.unsqueeze(torch.unsqueeze(hidden, 1), 1))

# Weights of one decoder: mask_token; proj_context, query_norm, context_norm w b; cross-attention as
# in blocks.py (q, kv, proj w b, four absent); out_norm w b; mlp (fc1, fc2 w b, two absent);
# out_proj w b.
# encoded (B, N + G, D); places (B, N, d) position and task of what was seen, zeros in padding;
# query_rows (B x L): 0 where the task's place was not seen, else 1 + its place among (B, N + G);
# positions (1, L, d); task its embedding (1, 1, d), or absent -> (B, L, C x P), pixel fastest
def decode_task(self, encoded: Tensor, places: Tensor, query_rows: Tensor, positions: Tensor, task: Tensor, weights: List[Tensor], blocks: List[Tensor], heads: int, hidden: Tensor, dtype: int, attention_dtype: int) -> Tensor:
  content = torch.to(self.linear(encoded, weights[1], weights[2], dtype), 6)
  globals = torch.size(encoded, 1) - torch.size(places, 1)
  context = torch.add(content, torch.constant_pad_nd(places, [0, 0, 0, globals]))
  rows = torch.cat([torch.view(weights[0], [1, -1]), torch.flatten(content, 0, 1)])
  queries = torch.view(torch.index_select(rows, 0, query_rows), [torch.size(encoded, 0), torch.size(positions, 1), -1])
  queries = torch.add(queries, positions)
  if torch.gt(torch.numel(task), 0):
    queries = torch.add(queries, task)
  q = self.norm(queries, weights[3], weights[4])
  c = self.norm(context, weights[5], weights[6])
  x = torch.to(self.cross_attention(q, c, weights, 7, heads, hidden, dtype, attention_dtype), 6)
  x = torch.add(x, self.feed_forward(self.norm(x, weights[17], weights[18]), weights, 19, dtype))
  nothing = torch.zeros([0], dtype=6, device=encoded.device)
  x = self.encoder_stack(x, blocks, heads, nothing, nothing, dtype, attention_dtype)
  return torch.to(self.linear(x, weights[25], weights[26], dtype), 6)

# Of predictions (B, L, C x P) those at K flat places -> (K, P, C)
def predictions_at(self, prediction: Tensor, places: Tensor, channels: int) -> Tensor:
  rows = torch.index_select(torch.flatten(prediction, 0, 1), 0, places)
  pixels = torch.floordiv(torch.size(rows, 1), channels)
  return torch.transpose(torch.view(rows, [torch.size(places, 0), channels, pixels]), 1, 2)

# The mean over each row of the batch, then over the rows that have any; or, `over_all`, the mean
# over everything. sums and counts (K), rows (K) in [0, batch)
def mean_over_rows(self, sums: Tensor, counts: Tensor, rows: Tensor, batch: int, over_all: bool) -> Tensor:
  if over_all:
    loss = torch.div(torch.sum(sums), torch.clamp_min(torch.sum(counts), 1))
  else:
    zeros = torch.zeros([batch], dtype=6, device=sums.device)
    number = torch.index_add(zeros, 0, rows, counts)
    mean = torch.div(torch.index_add(zeros, 0, rows, sums), torch.clamp_min(number, 1))
    some = torch.sum(torch.to(torch.gt(number, 0), 6))
    loss = torch.div(torch.sum(mean), torch.clamp_min(some, 1))
  return loss

# Mean squared or absolute error of patches (K, P x C) at K flat places of L a row
def patch_loss(self, prediction: Tensor, patches: Tensor, places: Tensor, channels: int, absolute: bool, over_all: bool) -> Tensor:
  predicted = torch.flatten(self.predictions_at(prediction, places, channels), 1)
  sums = self.patch_losses(predicted, patches, absolute)
  rows = torch.floor_divide(places, torch.size(prediction, 1))
  return self.mean_over_rows(sums, torch.ones_like(sums), rows, torch.size(prediction, 0), over_all)

# Mean cross-entropy of classes (K, P) in nats; pixels without a class do not count
def class_loss(self, prediction: Tensor, classes: Tensor, places: Tensor, channels: int, over_all: bool) -> Tensor:
  scores = self.predictions_at(prediction, places, channels)
  each = torch.cross_entropy_loss(torch.flatten(scores, 0, 1), torch.flatten(classes), None, 0, 255)
  sums = torch.sum(torch.view(each, torch.size(classes)), [1])
  counts = torch.to(torch.sum(torch.ne(classes, 255), [1]), 6)
  rows = torch.floor_divide(places, torch.size(prediction, 1))
  return self.mean_over_rows(sums, counts, rows, torch.size(prediction, 0), over_all)

# Rows of any number of parts, one after the other.
def join_rows(self, parts: List[Tensor]) -> Tensor:
  return torch.cat(parts)

# Losses of tasks -> (total, each). With log variances s a loss L counts as exp(-s) L + s, and as 0
# where it is 0.
def weigh_tasks(self, losses: List[Tensor], log_variances: Tensor) -> Tuple[Tensor, Tensor]:
  each = torch.stack(losses)
  if torch.gt(torch.numel(log_variances), 0):
    weighted = torch.add(torch.mul(torch.exp(torch.neg(log_variances)), each), log_variances)
    counted = torch.mul(weighted, torch.to(torch.ne(each, 0), 6))
  else:
    counted = each
  return (torch.sum(counted), torch.detach(each))

# x (B, N + G, D), valid (B) numbers of leading valid places before the G global tokens -> (B, D).
# kind: 0 the last global token, 1 the mean of all valid tokens, 2 the largest of them.
def pool_seen(self, x: Tensor, index: Tensor, valid_at: int, padded: bool, globals: int, kind: int) -> Tensor:
  if kind == 0:
    pooled = torch.select(x, 1, -1)
  else:
    valid = torch.view(torch.narrow(index, 0, valid_at, torch.size(x, 0)), [-1, 1])
    places = torch.view(torch.arange(torch.size(x, 1) - globals, dtype=4, device=x.device), [1, -1])
    ignored = torch.unsqueeze(torch.constant_pad_nd(torch.ge(places, valid), [0, globals]), -1)
    if kind == 1:
      if padded:
        pooled = torch.div(torch.sum(torch.masked_fill(x, ignored, 0), [1]), torch.add(valid, globals))
      else:
        pooled = torch.mean(x, [1])
    else:
      pooled = torch.amax(torch.masked_fill(x, ignored, -inf), [1])
  return pooled
