# From decoder places to losses.

# y (B, M, D) -> rows of K places (K, D)
def places_of(self, y: Tensor, index: Tensor, at: int, count: int) -> Tensor:
  return torch.index_select(torch.flatten(y, 0, 1), 0, torch.narrow(index, 0, at, count))

# -> (K, V) float32
def logits(self, y: Tensor, index: Tensor, slots_at: int, count: int, weight: Tensor, dtype: int) -> Tensor:
  nothing = torch.zeros([0], dtype=6, device=y.device)
  return torch.to(self.linear(self.places_of(y, index, slots_at, count), weight, nothing, dtype), 6)

# Mean cross-entropy in nats over K places.
def head_loss(self, y: Tensor, index: Tensor, slots_at: int, targets_at: int, count: int, weight: Tensor, dtype: int) -> Tensor:
  scores = self.logits(y, index, slots_at, count, weight, dtype)
  return torch.cross_entropy_loss(scores, torch.narrow(index, 0, targets_at, count))

# The same loss, and `share` times its gradients: the weight's overwrites `weight_gradient`, the
# decoder places' is written into `y_gradient`, like y. Written out by hand because a weight of tens
# of thousands of rows then needs no new memory in each step.
def head_loss_and_gradients(self, y: Tensor, y_gradient: Tensor, index: Tensor, slots_at: int, targets_at: int, count: int, weight: Tensor, weight_gradient: Tensor, share: float, dtype: int) -> Tensor:
  fixed = torch.to(torch.detach(weight), dtype)
  slots = torch.narrow(index, 0, slots_at, count)
  targets = torch.unsqueeze(torch.narrow(index, 0, targets_at, count), 1)
  rows = torch.to(torch.index_select(torch.flatten(torch.detach(y), 0, 1), 0, slots), dtype)
  nothing = torch.zeros([0], dtype=6, device=y.device)
  scores = torch.to(self.linear(rows, fixed, nothing, dtype), 6)
  logs = torch.log_softmax(scores, 1)
  loss = torch.neg(torch.mean(torch.gather(logs, 1, targets)))
  slope = torch.exp_(logs)
  torch.scatter_add_(slope, 1, targets, torch.full_like(targets, -1, dtype=6))
  slope2 = torch.to(torch.mul_(slope, share / count), dtype)
  if dtype == 6:
    torch.mm(torch.t(slope2), rows, out=weight_gradient)
  else:
    torch.copy_(weight_gradient, torch.mm(torch.t(slope2), rows))
  torch.index_copy_(torch.flatten(y_gradient, 0, 1), 0, slots, torch.to(torch.mm(slope2, fixed), 6))
  return loss

# Losses of parts, and their sum weighted by shares: (total, each)
def total_loss(self, losses: List[Tensor], shares: List[float]) -> Tuple[Tensor, Tensor]:
  each = torch.stack(losses)
  weights = torch.tensor(shares, dtype=6, device=each.device)
  return (torch.sum(torch.mul(each, weights)), each)

# The final norm of a stack, and the projection of encoder places to what the decoder looks at: its
# own position and modality embedding is added again.
def context_of(self, x: Tensor, places: Tensor, weight: Tensor, bias: Tensor, dtype: int) -> Tensor:
  return torch.add(torch.to(self.linear(x, weight, bias, dtype), 6), places)

# (B, N, D) -> (B, D)
def mean_of_places(self, x: Tensor) -> Tensor:
  return torch.mean(x, [1])

def output_head(self, x: Tensor, weight: Tensor, bias: Tensor, dtype: int) -> Tensor:
  return torch.to(self.linear(x, weight, bias, dtype), 6)
