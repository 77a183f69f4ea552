# Moving averages of parameters.

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
