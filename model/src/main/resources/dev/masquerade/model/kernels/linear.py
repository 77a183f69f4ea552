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

# Over the last axis, in float32.
def norm(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
  return torch.layer_norm(x, [torch.size(x, -1)], weight, self.present(bias), 9.9999999999999995e-07)
