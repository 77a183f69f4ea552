# Gradients and what is done to tensors in place.

# The gradients that exist, and for each the number of its parameter.
def gradients(self, loss: Tensor, parameters: List[Tensor]) -> Tuple[List[Tensor], Tensor]:
  found = annotate(List[Tensor], [])
  numbers = annotate(List[int], [])
  all = torch.grad([loss], parameters, None, None, False, True)
  for i in range(torch.len(all)):
    gradient = all[i]
    if gradient is not None:
      torch.append(found, gradient)
      torch.append(numbers, i)
  return (found, torch.tensor(numbers, dtype=4))

def accumulate(self, into: List[Tensor], more: List[Tensor]) -> Tensor:
  torch._foreach_add_(into, more)
  return into[0]

def scale(self, tensors: List[Tensor], factor: float) -> Tensor:
  torch._foreach_mul_(tensors, factor)
  return tensors[0]

def copy_into(self, target: Tensor, source: Tensor) -> Tensor:
  return torch.copy_(torch.detach(target), source)

# The square root of the sum of all squares.
def global_norm(self, tensors: List[Tensor]) -> Tensor:
  return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(tensors)))
