# Linear maps and norms. `dtype` is that of the products: 6 float32, 15 bfloat16. An optional tensor
# that is absent is given as a tensor without elements.

def present(self, t: Tensor) -> Optional[Tensor]:
  found : Optional[Tensor] = None
  if torch.gt(torch.numel(t), 0):
    found = t
  return found

# x (..., in) float32 or bfloat16 -> (..., out) in dtype
def linear(self, x: Tensor, weight: Tensor, bias: Tensor, dtype: int) -> Tensor:
  return torch.linear(torch.to(x, dtype), torch.to(weight, dtype), self.present(torch.to(bias, dtype)))

# x (R, in) by shares of the weights, one beside the other on the cores -> (R, out)
def shared_product(self, x: Tensor, weight: Tensor, shares: int) -> Tensor:
  w = torch.transpose(torch.unflatten(weight, 0, [shares, -1]), 1, 2)
  y = torch.bmm(torch.expand(torch.unsqueeze(x, 0), [shares, -1, -1]), w)
  return torch.flatten(torch.transpose(y, 0, 1), 1)

# x (R, in) and a weight of many outputs -> (R, out) in dtype. In float32 on a CPU the shares reach a
# higher rate than one product.
def wide_product(self, x: Tensor, weight: Tensor, dtype: int) -> Tensor:
  z = torch.to(x, dtype)
  w = torch.to(weight, dtype)
  if torch.__or__(torch.__or__(dtype != 6, x.is_cuda), torch.__or__(torch.size(w, 0) < 4096, torch.remainder(torch.size(w, 0), 16) != 0)):
    y = torch.linear(z, w)
  else:
    y = self.shared_product(z, w, 16)
  return y

# Over the last axis, in float32.
def norm(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
  return torch.layer_norm(x, [torch.size(x, -1)], weight, self.present(bias), 9.9999999999999995e-07)
