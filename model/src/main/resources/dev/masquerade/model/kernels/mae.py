# Masked autoencoders. Letters as in vit.py.

# x (B, P + N, D) of seen tokens -> (B, P + L, D): `places` (B * L) says which row stands where, 0 the
# mask token, the seen patches from 1 on.
def unshuffle(self, x: Tensor, prefix: int, rows: int, index: Tensor, places_at: int, places: int, mask_token: Tensor) -> Tensor:
  seen = torch.flatten(torch.slice(x, 1, prefix), 0, 1)
  all = torch.cat([torch.view(mask_token, [1, -1]), seen])
  chosen = torch.index_select(all, 0, torch.narrow(index, 0, places_at, rows * places))
  body = torch.view(chosen, [rows, places, -1])
  if prefix == 0:
    y = body
  else:
    y = torch.cat([torch.slice(x, 1, 0, prefix), body], 1)
  return y

# Encoder tokens (B, P + N, E) -> (B, P + N, D)
def decoder_input(self, x: Tensor, weight: Tensor, bias: Tensor, dtype: int) -> Tensor:
  return torch.to(self.linear(x, weight, bias, dtype), 6)

# K rows of x (B, S, D) through the final norm and the last linear map -> (K, W)
def predict_patches(self, x: Tensor, index: Tensor, at: int, count: int, norm: List[Tensor], weight: Tensor, bias: Tensor, dtype: int) -> Tensor:
  rows = torch.index_select(torch.flatten(x, 0, 1), 0, torch.narrow(index, 0, at, count))
  if torch.gt(torch.len(norm), 0):
    rows2 = self.norm(rows, norm[0], norm[1])
  else:
    rows2 = rows
  return torch.to(self.linear(rows2, weight, bias, dtype), 6)

# Rows of two parts, one after the other.
def join(self, a: Tensor, b: Tensor) -> Tensor:
  return torch.cat([a, b])

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

def mean_loss(self, losses: Tensor) -> Tensor:
  return torch.mean(losses)
