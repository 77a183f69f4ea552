# From decoder places to losses.

# y (B, M, D) -> rows of K places (K, D)
def places_of(self, y: Tensor, index: Tensor, at: int, count: int) -> Tensor:
  return torch.index_select(torch.flatten(y, 0, 1), 0, torch.narrow(index, 0, at, count))

# -> (K, V) float32
def logits(self, y: Tensor, index: Tensor, slots_at: int, count: int, weight: Tensor, dtype: int) -> Tensor:
  rows = self.places_of(y, index, slots_at, count)
  return torch.to(torch.linear(torch.to(rows, dtype), torch.to(weight, dtype)), 6)

# Mean cross-entropy in nats over K places.
def head_loss(self, y: Tensor, index: Tensor, slots_at: int, targets_at: int, count: int, weight: Tensor, dtype: int) -> Tensor:
  scores = self.logits(y, index, slots_at, count, weight, dtype)
  return torch.cross_entropy_loss(scores, torch.narrow(index, 0, targets_at, count))

# Losses of parts, and their sum weighted by shares: (total, each)
def total_loss(self, losses: List[Tensor], shares: List[float]) -> Tuple[Tensor, Tensor]:
  each = torch.stack(losses)
  weights = torch.tensor(shares, dtype=6, device=each.device)
  return (torch.sum(torch.mul(each, weights)), torch.detach(each))

# The final norm of a stack, and the projection of encoder places to what the decoder looks at: its
# own position and modality embedding is added again.
def context_of(self, x: Tensor, places: Tensor, weight: Tensor, bias: Tensor, dtype: int) -> Tensor:
  return torch.add(torch.to(self.linear(x, weight, bias, dtype), 6), places)

# (B, N, D) -> (B, D)
def mean_of_places(self, x: Tensor) -> Tensor:
  return torch.mean(x, [1])

def output_head(self, x: Tensor, weight: Tensor, bias: Tensor, dtype: int) -> Tensor:
  return torch.to(self.linear(x, weight, bias, dtype), 6)
