# Embeddings of kept tokens. Every field of a packed batch is a stretch of one vector of 64-bit
# integers, `index`, named by where it starts.

# Rows of a table at K positions, plus the modality's own embedding -> (K, D)
def embed_place(self, index: Tensor, at: int, count: int, table: Tensor, modality: Tensor) -> Tensor:
  rows = torch.index_select(torch.flatten(table, 0, 1), 0, torch.narrow(index, 0, at, count))
  return torch.add(rows, torch.view(modality, [1, -1]))

# K ids -> (K, D). Gradients stop here: with `leaf`, the rows start a graph of their own, and what
# arrives at them is added to the table's gradient by add_rows.
def embed_ids(self, index: Tensor, at: int, count: int, table: Tensor, leaf: bool) -> Tensor:
  rows = torch.index_select(torch.detach(table), 0, torch.narrow(index, 0, at, count))
  return torch.requires_grad_(rows, leaf)

# K patches of 8-bit samples, channel fastest -> (K, D)
def embed_pixels(self, pixels: Tensor, at: int, count: int, width: int, mean: Tensor, deviation: Tensor, weight: Tensor, dtype: int) -> Tensor:
  samples = torch.view(torch.to(torch.narrow(pixels, 0, at, count * width), 6), [-1, torch.numel(mean)])
  normal = torch.div(torch.sub(torch.div(samples, 255.), mean), deviation)
  return torch.to(torch.linear(torch.to(torch.view(normal, [count, width]), dtype), torch.to(weight, dtype)), 6)

# K vectors through one or several linear maps -> (K, D)
def embed_vectors(self, vectors: Tensor, at: int, count: int, width: int, weights: List[Tensor], dtype: int) -> Tensor:
  y = torch.view(torch.narrow(vectors, 0, at, count * width), [count, width])
  for layer in range(torch.floordiv(torch.len(weights), 2)):
    y = self.linear(y, weights[layer * 2], weights[layer * 2 + 1], dtype)
  return torch.to(y, 6)

# Lays rows of several parts out over B x length places; row 0 is zero, the given rows follow.
def arrange(self, index: Tensor, at: int, rows: int, length: int, parts: List[Tensor]) -> Tensor:
  zero = torch.zeros([1, torch.size(parts[0], 1)], dtype=6, device=index.device)
  all = torch.cat(torch.add([zero], parts))
  chosen = torch.index_select(all, 0, torch.narrow(index, 0, at, rows * length))
  return torch.view(chosen, [rows, length, -1])

# The mask token as a part of one row, first among the parts it is arranged with.
def as_row(self, token: Tensor) -> Tensor:
  return torch.view(token, [1, -1])

# x (B, N, D) -> (B, R + N, D): registers first
def prepend_registers(self, x: Tensor, registers: Tensor) -> Tensor:
  return torch.cat([torch.expand(registers, [torch.size(x, 0), -1, -1]), x], 1)

# Zeros in place of the embedding of registers.
def prepend_zeros(self, x: Tensor, registers: int) -> Tensor:
  return torch.constant_pad_nd(x, [0, 0, registers, 0])

def add(self, a: Tensor, b: Tensor) -> Tensor:
  return torch.add(a, b)
