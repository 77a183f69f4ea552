# What must not be looked at, as numbers to add to scores before softmax: 0 or -inf, (B, 1, Q, K). A
# place that may look at nothing looks at everything instead, as the reference has it; that happens
# only where the outcome is not used, or where all that is looked at is alike.

def scores(self, hidden: Tensor) -> Tensor:
  none_visible = torch.all(hidden, -1, True)
  applied = torch.logical_and(hidden, torch.logical_not(none_visible))
  return torch.masked_fill(torch.zeros(torch.size(applied), dtype=6, device=hidden.device), applied, -inf)

# valid (B) numbers of leading valid places -> (B, 1, 1, registers + length)
def hide_padding(self, index: Tensor, at: int, rows: int, length: int, registers: int) -> Tensor:
  valid = torch.add(torch.narrow(index, 0, at, rows), registers)
  places = torch.arange(registers + length, dtype=4, device=index.device)
  hidden = torch.ge(torch.view(places, [1, 1, 1, -1]), torch.view(valid, [-1, 1, 1, 1]))
  return self.scores(hidden)

# (B, 1, M, M): later than the running sum, or of another modality, or padding
def hide_from_decoder(self, index: Tensor, valid_at: int, visible_at: int, modality_at: int, rows: int, length: int, causal: bool, separate: bool) -> Tensor:
  places = torch.arange(length, dtype=4, device=index.device)
  keys = torch.view(places, [1, 1, -1])
  valid = torch.view(torch.narrow(index, 0, valid_at, rows), [-1, 1, 1])
  if causal:
    hidden = torch.gt(keys, torch.view(places, [1, -1, 1]))
  else:
    visible = torch.view(torch.narrow(index, 0, visible_at, rows * length), [rows, length, 1])
    hidden = torch.ge(keys, visible)
  hidden2 = torch.logical_or(hidden, torch.ge(keys, valid))
  if separate:
    modality = torch.view(torch.narrow(index, 0, modality_at, rows * length), [rows, length])
    other = torch.ne(torch.unsqueeze(modality, 1), torch.unsqueeze(modality, 2))
    hidden3 = torch.logical_or(hidden2, other)
  else:
    hidden3 = hidden2
  return self.scores(torch.unsqueeze(hidden3, 1))
