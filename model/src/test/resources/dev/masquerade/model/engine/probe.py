# Kernels that only tests call.
def mixed(self, x: Tensor, xs: List[Tensor], count: int, shift: float, flag: bool, maybe: Optional[Tensor], shape: List[int]) -> Tuple[Tensor, List[Tensor]]:
  y = torch.add(x, shift)
  for t in xs:
    y = y + t
  if flag:
    y = torch.add(y, shape[0] + shape[1])
  if maybe is not None:
    y = torch.add(y, maybe)
  return (torch.add(y, count), [x])

def square(self, x: Tensor) -> Tensor:
  return torch.mul(x, x)

def gradients(self, loss: Tensor, parameters: List[Tensor]) -> List[Optional[Tensor]]:
  return torch.grad([loss], parameters, None, None, False, True)
