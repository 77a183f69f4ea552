# Masked autoencoders. Letters as in vit.py.

# Rows of x from `first` on, as the start of a graph of their own.
def leaf_rows(self, x: Tensor, first: int, count: int) -> Tensor:
  return torch.requires_grad_(torch.detach(torch.narrow(x, 0, first, count)), True)

# x (R, P + N, D) of seen tokens, rows of the batch from `first` on -> (R, P + L, D). `places` (B * L)
# says which of the batch's rows of patches stands where, counted from 1; 0 is the mask token.
def unshuffle(self, x: Tensor, prefix: int, first: int, index: Tensor, places_at: int, places: int, mask_token: Tensor) -> Tensor:
  rows = torch.size(x, 0)
  seen = torch.slice(x, 1, prefix)
  all = torch.cat([torch.view(mask_token, [1, -1]), torch.flatten(seen, 0, 1)])
  numbers = torch.narrow(index, 0, places_at + first * places, rows * places)
  here = torch.clamp_min(torch.sub(numbers, first * torch.size(seen, 1)), 0)
  body = torch.view(torch.index_select(all, 0, here), [rows, places, -1])
  if prefix == 0:
    y = body
  else:
    y = torch.cat([torch.slice(x, 1, 0, prefix), body], 1)
  return y

# Encoder tokens (B, P + N, E) -> (B, P + N, D)
def decoder_input(self, x: Tensor, weight: Tensor, bias: Tensor, dtype: int) -> Tensor:
  return torch.to(self.linear(x, weight, bias, dtype), 6)

# K places of x (R, S, D), rows of the batch from `first` on, through the final norm and the last
# linear map -> (K, W)
def predict_patches(self, x: Tensor, first: int, index: Tensor, at: int, count: int, norm: List[Tensor], weight: Tensor, bias: Tensor, dtype: int) -> Tensor:
  here = torch.sub(torch.narrow(index, 0, at, count), first * torch.size(x, 1))
  rows = torch.index_select(torch.flatten(x, 0, 1), 0, here)
  if torch.gt(torch.len(norm), 0):
    rows2 = self.norm(rows, norm[0], norm[1])
  else:
    rows2 = rows
  return torch.to(self.linear(rows2, weight, bias, dtype), 6)

# Rows of two parts, one after the other.
def join(self, a: Tensor, b: Tensor) -> Tensor:
  return torch.cat([a, b])

def join_all(self, parts: List[Tensor]) -> Tensor:
  return torch.cat(parts)

# (K, W) -> (K, W): each patch less its mean, over its unbiased deviation
def normalise_patches(self, patches: Tensor) -> Tensor:
  mean = torch.mean(patches, [1], True)
  variance = torch.var(patches, [1], True, True)
  return torch.div(torch.sub(patches, mean), torch.sqrt(torch.add(variance, 9.9999999999999995e-07)))

# The other way round, with the statistics of the true patches.
def denormalise_patches(self, predictions: Tensor, patches: Tensor) -> Tensor:
  mean = torch.mean(patches, [1], True)
  variance = torch.var(patches, [1], True, True)
  return torch.add(torch.mul(predictions, torch.sqrt(torch.add(variance, 9.9999999999999995e-07))), mean)

# (K, W) both -> (K) mean squared or mean absolute error
def patch_losses(self, predictions: Tensor, targets: Tensor, absolute: bool) -> Tensor:
  error = torch.sub(predictions, targets)
  if absolute:
    losses = torch.mean(torch.abs(error), [1])
  else:
    losses = torch.mean(torch.mul(error, error), [1])
  return losses

# What these patches add to the mean over `count` patches.
def share_of_loss(self, losses: Tensor, count: int) -> Tensor:
  return torch.div(torch.sum(losses), count)
