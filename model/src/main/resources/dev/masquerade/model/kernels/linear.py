# Linear maps and norms. `dtype` is that of the products: 6 float32, 15 bfloat16. An optional tensor
# that is absent is given as a tensor without elements.

def present(self, t: Tensor) -> Optional[Tensor]:
  found : Optional[Tensor] = None
  if torch.gt(torch.numel(t), 0):
    found = t
  return found

# x (R, in) by shares of the weights, one beside the other on the cores -> (R, out)
def shared_product(self, x: Tensor, weight: Tensor, shares: int) -> Tensor:
  w = torch.transpose(torch.unflatten(weight, 0, [shares, -1]), 1, 2)
  y = torch.bmm(torch.expand(torch.unsqueeze(x, 0), [shares, -1, -1]), w)
  return torch.flatten(torch.transpose(y, 0, 1), 1)

# How a product is best taken: 0 as the engine does, 1 in shares, 2 the other way round. Only rows
# (R, in) in float32 on a CPU gain. One row and a weight of thousands of outputs go in shares: a
# product with a vector stays on one core, and shares of a wide weight reach a higher rate than the
# whole. Up to 64 rows are bound by reading the weights; turned round, these need not be copied into
# the order that products like.
def way_of(self, x: Tensor, weight: Tensor, dtype: int) -> int:
  way = 0
  if torch.__and__(torch.__and__(torch.dim(x) == 2, dtype == 6), torch.__not__(x.is_cuda)):
    rows = torch.size(x, 0)
    out = torch.size(weight, 0)
    wide = torch.__and__(out >= 4096, rows > 64)
    if torch.__and__(torch.remainder(out, 16) == 0, torch.__or__(rows == 1, wide)):
      way = 1
    elif rows <= 64:
      way = 2
  return way

# x (..., in) float32 or bfloat16 -> (..., out) in dtype
def linear(self, x: Tensor, weight: Tensor, bias: Tensor, dtype: int) -> Tensor:
  z = torch.to(x, dtype)
  w = torch.to(weight, dtype)
  b = torch.to(bias, dtype)
  way = self.way_of(z, w, dtype)
  if way == 0:
    y = torch.linear(z, w, self.present(b))
  else:
    if way == 1:
      y2 = self.shared_product(z, w, 16)
    else:
      y2 = torch.contiguous(torch.t(torch.mm(w, torch.t(z))))
    if torch.gt(torch.numel(b), 0):
      y2 = torch.add(y2, b)
    y = y2
  return y

# Over the last axis, in float32.
def norm(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
  return torch.layer_norm(x, [torch.size(x, -1)], weight, self.present(bias), 9.9999999999999995e-07)
