# Operations on tokens. Letters: B rows, L tokens, K chosen ones, D width, C channels.

# index (B, K), like (B, any, D) -> (B, K, D)
def expand_index(self, index: Tensor, width: int) -> Tensor:
  return torch.expand(torch.unsqueeze(index, -1), [-1, -1, width])

def get_at(self, tokens: Tensor, index: Tensor) -> Tensor:
  return torch.gather(tokens, 1, self.expand_index(index, torch.size(tokens, 2)))

# values (B, K, D)
def set_at(self, tokens: Tensor, index: Tensor, values: Tensor) -> Tensor:
  return torch.scatter(tokens, 1, self.expand_index(index, torch.size(tokens, 2)), values)

# index (B, K) -> (B, L) true at the indices
def as_mask(self, index: Tensor, length: int) -> Tensor:
  none = torch.zeros([torch.size(index, 0), length], dtype=11, device=index.device)
  return torch.scatter(none, 1, index, torch.ones_like(index, dtype=11))

# masked (B, L), token (1, 1, D)
def mask_where(self, tokens: Tensor, masked: Tensor, token: Tensor) -> Tensor:
  return torch.where(torch.unsqueeze(masked, -1), token, tokens)

# prefix tokens (1, P, D) each -> (B, sum of P + L, D)
def prepend_all(self, tokens: Tensor, prefix: List[Tensor]) -> Tensor:
  parts = annotate(List[Tensor], [])
  for i in range(torch.len(prefix)):
    torch.append(parts, torch.expand(prefix[i], [torch.size(tokens, 0), -1, -1]))
  torch.append(parts, tokens)
  return torch.cat(parts, 1)

def repeat_token(self, token: Tensor, rows: int, count: int) -> Tensor:
  return torch.repeat(token, [rows, count, 1])

# images (B, C, H, W) -> (B, L, p * p * C): row, column, channel
def patchify(self, images: Tensor, patch: int) -> Tensor:
  rows = torch.floordiv(torch.size(images, 2), patch)
  columns = torch.floordiv(torch.size(images, 3), patch)
  cut = torch.reshape(images, [torch.size(images, 0), torch.size(images, 1), rows, patch, columns, patch])
  return torch.reshape(torch.permute(cut, [0, 2, 4, 3, 5, 1]), [torch.size(images, 0), rows * columns, -1])

def unpatchify(self, patches: Tensor, rows: int, columns: int, patch: int) -> Tensor:
  cut = torch.reshape(patches, [torch.size(patches, 0), rows, columns, patch, patch, -1])
  planes = torch.permute(cut, [0, 5, 1, 3, 2, 4])
  return torch.reshape(planes, [torch.size(patches, 0), torch.size(planes, 1), rows * patch, columns * patch])

# Each token less its mean, over its unbiased deviation.
def normalise_tokens(self, tokens: Tensor, epsilon: float) -> Tensor:
  mean = torch.mean(tokens, [-1], True)
  variance = torch.var(tokens, [-1], True, True)
  return torch.div(torch.sub(tokens, mean), torch.sqrt(torch.add(variance, epsilon)))

# M index arrays (B, K) -> (M * B, K, D)
def apply_masks(self, tokens: Tensor, masks: List[Tensor]) -> Tensor:
  parts = annotate(List[Tensor], [])
  for i in range(torch.len(masks)):
    torch.append(parts, self.get_at(tokens, masks[i]))
  return torch.cat(parts)

# (M * B, ...) -> (M * repeat * B, ...): every run of B rows, repeated as a run
def repeat_runs(self, tokens: Tensor, batch: int, repeat: int) -> Tensor:
  parts = annotate(List[Tensor], [])
  for i in range(torch.floordiv(torch.size(tokens, 0), batch)):
    for j in range(repeat):
      torch.append(parts, torch.narrow(tokens, 0, i * batch, batch))
  return torch.cat(parts)

def unit_rows(self, x: Tensor) -> Tensor:
  length = torch.clamp_min(torch.norm(x, 2, [-1], True), 9.9999999999999998e-13)
  return torch.div(x, length)

# x (B, K, D), y (B, L, D) -> (B, K)
def most_similar(self, x: Tensor, y: Tensor) -> Tensor:
  return torch.argmax(torch.matmul(self.unit_rows(x), torch.transpose(self.unit_rows(y), 1, 2)), 2)

# Euclidean distances -> (B, K, L)
def distances(self, x: Tensor, y: Tensor) -> Tensor:
  return torch.cdist(x, y)

# The `count` inputs whose nearest candidates are nearest, and those candidates: (B, count, D) both
def nearest(self, inputs: Tensor, candidates: Tensor, distances: Tensor, count: int) -> Tuple[Tensor, Tensor]:
  values, numbers = torch.topk(distances, 1, 2, False)
  _0, chosen = torch.topk(torch.squeeze(values, -1), count, 1, False)
  partners = self.get_at(candidates, torch.squeeze(numbers, -1))
  return (self.get_at(inputs, chosen), self.get_at(partners, chosen))

# source (B, C, H, W), ids (B, H, W) -> (B, C, ids): mean over the places of each id, 0 without any
def pool_ids(self, source: Tensor, ids: Tensor, count: int) -> Tensor:
  flat = torch.flatten(source, 2)
  numbers = torch.unsqueeze(torch.flatten(ids, 1), 1)
  members = torch.to(torch.eq(numbers, torch.view(torch.arange(count, dtype=4, device=ids.device), [1, -1, 1])), 6)
  sums = torch.matmul(flat, torch.transpose(members, 1, 2))
  sizes = torch.transpose(torch.sum(members, [2], True), 1, 2)
  return torch.div(sums, torch.clamp_min(sizes, 1))
