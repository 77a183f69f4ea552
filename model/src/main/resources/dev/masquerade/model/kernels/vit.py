# Images as tokens. Letters: K patches of a batch, W numbers of a patch (row, column, channel), B
# rows, N patches of a row, P prefix tokens, L places, D width.

# 8-bit samples -> (K, W) normalised
def pixel_patches(self, pixels: Tensor, at: int, count: int, width: int, mean: Tensor, deviation: Tensor) -> Tensor:
  samples = torch.view(torch.to(torch.narrow(pixels, 0, at, count * width), 6), [-1, torch.numel(mean)])
  normal = torch.div_(torch.sub_(torch.div_(samples, 255.), mean), deviation)
  return torch.view(normal, [count, width])

def vector_patches(self, vectors: Tensor, at: int, count: int, width: int) -> Tensor:
  return torch.view(torch.narrow(vectors, 0, at, count * width), [count, width])

# Through the weight (D, C, p, p) of a convolution whose kernel is a patch -> (K, D) float32
def project_patches(self, patches: Tensor, weight: Tensor, bias: Tensor, dtype: int) -> Tensor:
  flat = torch.flatten(torch.permute(weight, [0, 2, 3, 1]), 1)
  return torch.to(self.linear(patches, flat, bias, dtype), 6)

# K rows -> (B, N, D); rows shorter than N end in zeros.
def lay_out(self, x: Tensor, index: Tensor, rows_at: int, rows: int, length: int) -> Tensor:
  if torch.size(x, 0) == rows * length:
    y = torch.view(x, [rows, length, -1])
  else:
    y = self.arrange(index, rows_at, rows, length, [x])
  return y

# x (B, N, D) -> (B, P + N, D)
def prepend_tokens(self, x: Tensor, prefix: List[Tensor]) -> Tensor:
  parts = annotate(List[Tensor], [])
  for i in range(torch.len(prefix)):
    torch.append(parts, torch.expand(prefix[i], [torch.size(x, 0), -1, -1]))
  torch.append(parts, x)
  return torch.cat(parts, 1)

# Position embeddings of K patches and of the prefix, from a table (1, table_prefix + L, D); prefix
# tokens without rows in it get zeros -> (B or 1, P + N, D)
def place_tokens(self, index: Tensor, positions_at: int, count: int, rows_at: int, rows: int, length: int, table: Tensor, table_prefix: int, prefix: int) -> Tensor:
  places = torch.slice(table, 1, table_prefix)
  if count == rows * length and length == torch.size(places, 1):
    y = places
  else:
    positions = torch.narrow(index, 0, positions_at, count)
    y = self.lay_out(torch.index_select(torch.select(places, 0, 0), 0, positions), index, rows_at, rows, length)
  if prefix == 0:
    z = y
  else:
    if table_prefix == 0:
      z = torch.constant_pad_nd(y, [0, 0, prefix, 0])
    else:
      z = torch.cat([torch.expand(torch.slice(table, 1, 0, table_prefix), [torch.size(y, 0), -1, -1]), y], 1)
  return z

# The mask token stands where `masked` (B, S).
def mask_tokens(self, x: Tensor, masked: Tensor, token: Tensor) -> Tensor:
  return torch.where(torch.unsqueeze(masked, -1), token, x)

# x (B, S, D), kept (B, K) -> (B, K, D)
def keep_tokens(self, x: Tensor, kept: Tensor) -> Tensor:
  return torch.gather(x, 1, torch.expand(torch.unsqueeze(kept, -1), [-1, -1, torch.size(x, 2)]))

# A table (1, prefix + rows * columns, D) for another grid; the prefix stays as it is.
def resize_positions(self, table: Tensor, prefix: int, rows: int, columns: int, new_rows: int, new_columns: int, antialias: bool) -> Tensor:
  grid = torch.unflatten(torch.slice(table, 1, prefix), 1, [rows, columns])
  planes = torch.contiguous(torch.permute(grid, [0, 3, 1, 2]))
  if antialias:
    resized = torch._upsample_bicubic2d_aa(planes, [new_rows, new_columns], False)
  else:
    resized = torch.upsample_bicubic2d(planes, [new_rows, new_columns], False)
  places = torch.flatten(torch.permute(resized, [0, 2, 3, 1]), 1, 2)
  return torch.cat([torch.slice(table, 1, 0, prefix), places], 1)

# x (B, P + N, D), valid (B) patches of each row -> (B, D). kind: 0 first token, 1 mean of patches,
# 2 largest of patches.
def pool_tokens(self, x: Tensor, index: Tensor, valid_at: int, padded: bool, prefix: int, kind: int) -> Tensor:
  if kind == 0:
    pooled = torch.select(x, 1, 0)
  else:
    patches = torch.slice(x, 1, prefix)
    valid = torch.view(torch.narrow(index, 0, valid_at, torch.size(x, 0)), [-1, 1])
    if padded:
      ignored = torch.unsqueeze(torch.ge(torch.arange(torch.size(patches, 1), dtype=4, device=x.device), valid), -1)
      if kind == 1:
        pooled = torch.div(torch.sum(torch.masked_fill(patches, ignored, 0), [1]), valid)
      else:
        pooled = torch.amax(torch.masked_fill(patches, ignored, -inf), [1])
    else:
      if kind == 1:
        pooled = torch.mean(patches, [1])
      else:
        pooled = torch.amax(patches, [1])
  return pooled

def class_scores(self, x: Tensor, weight: Tensor, bias: Tensor, dtype: int) -> Tensor:
  return torch.to(self.linear(x, weight, bias, dtype), 6)

# scores and targets (B, classes); targets are shares that sum to 1 -> mean cross-entropy in nats
def soft_cross_entropy(self, scores: Tensor, targets: Tensor) -> Tensor:
  return torch.mean(torch.neg(torch.sum(torch.mul(targets, torch.log_softmax(scores, -1)), [-1])))
