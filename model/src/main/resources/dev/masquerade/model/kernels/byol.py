# Two views of each sample, a network and its slow average. Letters: B samples, D width.

# Linear map, batch norm, rectifier, linear map. weights: first map; norm weight, bias, running mean,
# running variance; second map weight, bias. `training` normalises by the batch and moves the running
# statistics a tenth of the way towards it. x (B, D) -> (B, out)
def projection(self, x: Tensor, weights: List[Tensor], training: bool, dtype: int) -> Tensor:
  h = torch.to(torch.linear(torch.to(x, dtype), torch.to(weights[0], dtype)), 6)
  n = torch.batch_norm(h, weights[1], weights[2], weights[3], weights[4], training, 0.10000000000000001, 1.0000000000000001e-05, False)
  return torch.to(self.linear(torch.relu(n), weights[5], weights[6], dtype), 6)

# Rows `first`, `first` + 2, and so on: one view of every sample.
def every_other(self, x: Tensor, first: int) -> Tensor:
  return torch.slice(x, 0, first, 9223372036854775807, 2)

# The mean of -cos(x0, x1) over rows; in [-1, 1].
def negative_cosine(self, x0: Tensor, x1: Tensor) -> Tensor:
  return torch.neg(torch.mean(torch.cosine_similarity(x0, x1, 1, 1e-08)))

# The mean of both directions; nothing flows into the averages' projections z.
def symmetric_loss(self, p0: Tensor, z0: Tensor, p1: Tensor, z1: Tensor) -> Tensor:
  there = self.negative_cosine(p0, torch.detach(z1))
  back = self.negative_cosine(p1, torch.detach(z0))
  return torch.mul(torch.add(there, back), 0.5)
