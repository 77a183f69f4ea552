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

# The same for outputs whose own gradient is known.
def gradients_from(self, output: Tensor, slope: Tensor, parameters: List[Tensor]) -> Tuple[List[Tensor], Tensor]:
  found = annotate(List[Tensor], [])
  numbers = annotate(List[int], [])
  slopes = annotate(List[Optional[Tensor]], [slope])
  all = torch.grad([output], parameters, slopes, None, False, True)
  for i in range(torch.len(all)):
    gradient = all[i]
    if gradient is not None:
      torch.append(found, gradient)
      torch.append(numbers, i)
  return (found, torch.tensor(numbers, dtype=4))

# Adds tensors to others of the same shapes.
def add_all(self, into: List[Tensor], tensors: List[Tensor]) -> Tensor:
  torch._foreach_add_(into, tensors)
  return into[0]

# Adds the gradients of K embedded rows to the table's; row 0 gets none where it is for padding.
def add_rows(self, table: Tensor, index: Tensor, at: int, count: int, rows: Tensor, padding_row: bool) -> Tensor:
  ids = torch.narrow(index, 0, at, count)
  if padding_row:
    rows2 = torch.masked_fill(rows, torch.unsqueeze(torch.eq(ids, 0), 1), 0)
  else:
    rows2 = rows
  return torch.index_add_(table, 0, ids, rows2)

# Sets the given rows of a table to 0.
def clear_rows(self, table: Tensor, ids: Tensor) -> Tensor:
  return torch.index_fill_(table, 0, ids, 0)

def clear(self, table: Tensor) -> Tensor:
  return torch.zero_(table)

def copy_into(self, target: Tensor, source: Tensor) -> Tensor:
  return torch.copy_(torch.detach(target), source)

# Moves averages towards tensors in place: decay x average + (1 - decay) x tensor.
def move_averages(self, averages: List[Tensor], tensors: List[Tensor], decay: float) -> List[Tensor]:
  torch._foreach_mul_(averages, decay)
  torch._foreach_add_(averages, tensors, alpha=torch.sub(1., decay))
  return annotate(List[Tensor], [])
