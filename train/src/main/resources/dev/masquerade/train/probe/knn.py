# Nearest neighbours by cosine.

# Rows of x (N, D), each brought to length 1; a row of zeros stays.
def unit_rows(self, x: Tensor) -> Tensor:
  return torch.div(x, torch.clamp_min(torch.linalg_vector_norm(x, 2, [1], True), 9.9999999999999998e-13))

# Scores (Q, C) of queries (Q, D) by the k most similar rows of a bank (N, D), both of unit rows: a neighbour counts
# exp(similarity / temperature) for its class. Of neighbours that are equally similar those of lower number are taken. Exponents are taken
# relative to the nearest neighbour, which scales the scores of a query alike and never overflows.
def knn_scores(self, queries: Tensor, bank: Tensor, labels: Tensor, classes: int, k: int, temperature: float) -> Tensor:
  count = torch.size(queries, 0)
  similar = torch.matmul(queries, torch.t(bank))
  values, places = torch.topk(similar, k, 1, True, True)
  least = torch.slice(values, 1, k - 1, k)
  above = torch.gt(similar, least)
  level = torch.eq(similar, least)
  room = torch.rsub(torch.sum(above, [1], True), k)
  chosen = torch.logical_or(above, torch.logical_and(level, torch.le(torch.cumsum(level, 1), room)))
  index = torch.view(torch.select(torch.nonzero(chosen), 1, 1), [count, k])
  near = torch.gather(similar, 1, index)
  weights = torch.exp(torch.div(torch.sub(near, torch.slice(values, 1, 0, 1)), temperature))
  kinds = torch.view(torch.index_select(labels, 0, torch.reshape(index, [-1])), [count, k])
  scores = torch.new_zeros(queries, [count, classes])
  return torch.scatter_add_(scores, 1, kinds, weights)
