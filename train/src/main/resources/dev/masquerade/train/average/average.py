# Moving averages of parameters.

# Moves averages towards parameters in place: decay x average + (1 - decay) x parameter.
def move_averages(self, averages: List[Tensor], parameters: List[Tensor], decay: float) -> List[Tensor]:
  torch._foreach_mul_(averages, decay)
  torch._foreach_add_(averages, parameters, alpha=torch.sub(1., decay))
  return annotate(List[Tensor], [])

# Exchanges the contents of two lists of tensors.
def exchange(self, ones: List[Tensor], others: List[Tensor]) -> List[Tensor]:
  for i in range(torch.len(ones)):
    one = torch.detach(ones[i])
    held = torch.clone(one)
    torch.copy_(one, others[i])
    torch.copy_(torch.detach(others[i]), held)
  return annotate(List[Tensor], [])

def overwrite(self, target: Tensor, source: Tensor) -> List[Tensor]:
  torch.copy_(target, source)
  return annotate(List[Tensor], [])
