# Batch norm without scale and shift, a linear map, and cross-entropy, with gradients in closed form.

# Targets (B, C) of class numbers (B): smoothing is shared by all classes.
def class_targets(self, labels: Tensor, classes: int, smoothing: float) -> Tensor:
  off = smoothing / float(classes)
  targets = torch.new_full(labels, [torch.size(labels, 0), classes], off, dtype=6)
  return torch.scatter_(targets, 1, torch.unsqueeze(labels, 1), 1. - smoothing + off)

# Mean over rows of the cross-entropy of logits (B, C) against targets (B, C) that sum to 1.
def soft_cross_entropy(self, logits: Tensor, targets: Tensor) -> Tensor:
  return torch.div(torch.neg(torch.sum(torch.mul(targets, torch.log_softmax(logits, 1)))), float(torch.size(logits, 0)))

# Logits, loss, and gradients of weight (C, D) and bias (C) for features (B, D). Moves running mean and variance (D) in place: the variance
# that normalises is the biased one, that which runs is not.
def train_head(self, features: Tensor, mean: Tensor, variance: Tensor, weight: Tensor, bias: Tensor, targets: Tensor, momentum: float, epsilon: float) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
  count = float(torch.size(features, 0))
  centre = torch.mean(features, [0])
  centred = torch.sub(features, centre)
  spread = torch.mean(torch.mul(centred, centred), [0])
  torch.add_(torch.mul_(mean, 1. - momentum), centre, alpha=momentum)
  torch.add_(torch.mul_(variance, 1. - momentum), spread, alpha=momentum * count / (count - 1.))
  normed = torch.mul(centred, torch.rsqrt(torch.add(spread, epsilon)))
  logits = torch.linear(normed, weight, bias)
  loss = self.soft_cross_entropy(logits, targets)
  slope = torch.div(torch.sub(torch.softmax(logits, 1), targets), count)
  return (logits, loss, torch.matmul(torch.t(slope), normed), torch.sum(slope, [0]))

# Logits (B, C) by the running statistics.
def apply_head(self, features: Tensor, mean: Tensor, variance: Tensor, weight: Tensor, bias: Tensor, epsilon: float) -> Tensor:
  return torch.linear(torch.mul(torch.sub(features, mean), torch.rsqrt(torch.add(variance, epsilon))), weight, bias)

# Rows (B, D) of a table by their numbers.
def rows(self, table: Tensor, numbers: Tensor) -> Tensor:
  return torch.index_select(table, 0, numbers)

def assign(self, target: Tensor, source: Tensor) -> Tensor:
  return torch.copy_(target, source)
