# What the engine itself can do, and losses that cost nothing.

# Multiplies two matrices `repeats` times.
def products(self, a: Tensor, b: Tensor, repeats: int, dtype: int) -> Tensor:
  x = torch.to(a, dtype)
  y = torch.to(b, dtype)
  z = torch.mm(x, y)
  for i in range(repeats - 1):
    z = torch.mm(x, y)
  return torch.to(torch.narrow(z, 0, 0, 1), 6)

def mean_square(self, x: Tensor) -> Tensor:
  return torch.mean(torch.mul(x, x))
