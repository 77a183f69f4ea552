# Learned tokenizers. Letters: B rows, h and w places each way, L = h x w, K = B x L latents, d numbers
# of a latent, H codebooks of V codes each, C channels, p edge of a patch, D width of a token.

# Images (B, C, h x p, w x p) -> patches (K, p x p x C), channel fastest
def cut_patches(self, planes: Tensor, p: int) -> Tensor:
  rows, channels, height, width = torch.size(planes)
  x = torch.view(planes, [rows, channels, torch.floordiv(height, p), p, torch.floordiv(width, p), p])
  return torch.reshape(torch.permute(x, [0, 2, 4, 3, 5, 1]), [-1, p * p * channels])

# The other way round, for B rows of h x w places.
def join_patches(self, patches: Tensor, rows: int, height: int, width: int, p: int) -> Tensor:
  x = torch.view(patches, [rows, height, width, p, p, -1])
  return torch.reshape(torch.permute(x, [0, 5, 1, 3, 2, 4]), [rows, -1, height * p, width * p])

# Colours standardised by mean and deviation -> [-1, 1], channel fastest
def undo_standardisation(self, patches: Tensor, mean: Tensor, deviation: Tensor) -> Tensor:
  x = torch.add(torch.mul(torch.view(patches, [-1, torch.numel(mean)]), deviation), mean)
  return torch.view(torch.sub(torch.mul(x, 2), 1), torch.size(patches))

# [-1, 1] -> standardised
def standardise(self, patches: Tensor, mean: Tensor, deviation: Tensor) -> Tensor:
  x = torch.div(torch.add(torch.view(patches, [-1, torch.numel(mean)]), 1), 2)
  return torch.view(torch.div(torch.sub(x, mean), deviation), torch.size(patches))

# Patches (K, W) through a convolution of their size, plus positions (1, L, D) -> (B, L, D)
def enter_transformer(self, patches: Tensor, rows: int, weight: Tensor, bias: Tensor, positions: Tensor, dtype: int) -> Tensor:
  y = self.project_patches(patches, weight, bias, dtype)
  return torch.add(torch.view(y, [rows, -1, torch.size(y, 1)]), positions)

# K rows through a convolution of one pixel, weight (out, in, 1, 1).
def unit_convolution(self, x: Tensor, weight: Tensor, bias: Tensor, dtype: int) -> Tensor:
  return torch.to(self.linear(x, torch.flatten(weight, 1), bias, dtype), 6)

# (K, D), positions (1, L, D) -> (B, L, D)
def place_rows(self, x: Tensor, rows: int, positions: Tensor) -> Tensor:
  return torch.add(torch.view(x, [rows, -1, torch.size(x, 1)]), positions)

# x + second(tanh(first(norm x))); weights norm w b, first w b, second w b
def tanh_branch(self, x: Tensor, weights: List[Tensor], dtype: int) -> Tensor:
  hidden = torch.tanh(self.linear(self.norm(x, weights[0], weights[1]), weights[2], weights[3], dtype))
  return torch.add(x, torch.to(self.linear(hidden, weights[4], weights[5], dtype), 6))

# (B, L, D) -> (K, D)
def flatten_rows(self, x: Tensor) -> Tensor:
  return torch.flatten(x, 0, 1)

# Every row by itself: first w b; per block norm w b and its linear maps w b; last w b. Norms of these
# networks have an epsilon of 1e-5.
def point_wise(self, x: Tensor, weights: List[Tensor], depth: int, bottleneck: bool, dtype: int) -> Tensor:
  y = torch.to(self.linear(x, weights[0], weights[1], dtype), 6)
  at = 2
  for layer in range(depth):
    z = torch.layer_norm(y, [torch.size(y, -1)], weights[at], weights[at + 1], 1.0000000000000001e-05)
    h = torch.gelu(self.linear(z, weights[at + 2], weights[at + 3], dtype))
    if bottleneck:
      y = torch.add(y, torch.to(self.linear(h, weights[at + 4], weights[at + 5], dtype), 6))
      at = at + 6
    else:
      y = torch.to(h, 6)
      at = at + 4
  return torch.to(self.linear(y, weights[at], weights[at + 1], dtype), 6)

# (B, L, D) -> patches (K, p x p x C), channel fastest; the map (C x p x p, D) has the pixel fastest
def leave_transformer(self, x: Tensor, weight: Tensor, bias: Tensor, p: int, dtype: int) -> Tensor:
  w = torch.flatten(torch.transpose(torch.unflatten(weight, 0, [-1, p * p]), 0, 1), 0, 1)
  b = torch.flatten(torch.transpose(torch.unflatten(bias, 0, [-1, p * p]), 0, 1))
  return torch.to(self.linear(torch.flatten(x, 0, 1), w, b, dtype), 6)

# Residual convolutions over images (B, C, height, width), each 9 tensors: convolution of every channel
# w b, norm w b, two linear maps w b, scale of the branch
def output_convolutions(self, planes: Tensor, weights: List[Tensor], dtype: int) -> Tensor:
  x = planes
  for i in range(torch.floordiv(torch.len(weights), 9)):
    at = i * 9
    edge = torch.floordiv(torch.size(weights[at], 2), 2)
    y = torch.conv2d(x, weights[at], weights[at + 1], [1, 1], [edge, edge], [1, 1], torch.size(x, 1))
    z = self.norm(torch.permute(y, [0, 2, 3, 1]), weights[at + 2], weights[at + 3])
    h = torch.gelu(self.linear(z, weights[at + 4], weights[at + 5], dtype))
    branch = torch.mul(torch.to(self.linear(h, weights[at + 6], weights[at + 7], dtype), 6), weights[at + 8])
    x = torch.add(x, torch.permute(branch, [0, 3, 1, 2]))
  return x

def unit_rows(self, x: Tensor) -> Tensor:
  return torch.div(x, torch.clamp_min(torch.linalg_vector_norm(x, 2, [-1], True), 9.9999999999999998e-13))

# (K, d) -> (H, K, d / H)
def shares(self, latents: Tensor, books: int) -> Tensor:
  return torch.transpose(torch.view(latents, [torch.size(latents, 0), books, -1]), 0, 1)

# Latents of length 1, or as they are.
def ready_latents(self, latents: Tensor, normalised: bool) -> Tensor:
  y = latents
  if normalised:
    y = self.unit_rows(latents)
  return y

# (V, d) or (H, V, d / H) -> (H, V, d / H)
def as_table(self, codes: Tensor, books: int) -> Tensor:
  return torch.view(codes, [books, -1, torch.size(codes, -1)])

# For latents (K, d) the codes nearest by cosine or distance -> (K, H) int64; so many latents at a time
# that the scores of all codes stay a few megabytes
def nearest_codes(self, latents: Tensor, codes: Tensor, books: int, cosine: bool) -> Tensor:
  table = self.as_table(codes, books)
  if cosine:
    across = torch.transpose(self.unit_rows(table), 1, 2)
    less = torch.zeros([books, 1, 1], dtype=6, device=codes.device)
  else:
    across = torch.transpose(table, 1, 2)
    less = torch.unsqueeze(torch.mul(torch.sum(torch.mul(table, table), [2]), 0.5), 1)
  y = self.shares(latents, books)
  count = torch.size(y, 1)
  step = torch.floordiv(8388608, torch.size(across, 2) * books) + 1
  found = annotate(List[Tensor], [])
  for i in range(torch.floordiv(count + step - 1, step)):
    some = torch.slice(y, 1, i * step, (i + 1) * step)
    torch.append(found, torch.argmax(torch.sub(torch.bmm(some, across), less), 2))
  return torch.transpose(torch.cat(found, 1), 0, 1)

# ids (K, H) counted through all codebooks -> (K x H)
def flat_ids(self, ids: Tensor, size: int) -> Tensor:
  firsts = torch.mul(torch.arange(torch.size(ids, 1), dtype=4, device=ids.device), size)
  return torch.reshape(torch.add(ids, firsts), [-1])

# ids (K, H) of a table (H, V, d / H) -> (K, d)
def code_rows(self, codes: Tensor, ids: Tensor) -> Tensor:
  table = torch.view(codes, [-1, torch.size(codes, -1)])
  rows = self.flat_ids(ids, torch.floordiv(torch.size(table, 0), torch.size(ids, 1)))
  return torch.view(torch.index_select(table, 0, rows), [torch.size(ids, 0), -1])

# Values of `codes`, gradients of `latents`.
def straight_through(self, latents: Tensor, codes: Tensor) -> Tensor:
  return torch.add(latents, torch.detach(torch.sub(codes, latents)))

def commitment_loss(self, latents: Tensor, codes: Tensor, weight: float) -> Tensor:
  error = torch.sub(torch.detach(codes), latents)
  return torch.mul(torch.mean(torch.mul(error, error)), weight)

# Adds the numbers of each id (K, H) to counts (H, V), in place.
def count_ids(self, counts: Tensor, ids: Tensor) -> Tensor:
  flat = self.flat_ids(ids, torch.floordiv(torch.numel(counts), torch.size(ids, 1)))
  ones = torch.ones([torch.numel(flat)], dtype=6, device=counts.device)
  torch.index_add_(torch.view(counts, [-1]), 0, flat, ones)
  return counts

# Adds assigned latents (K, d) to the numbers (H, V) and sums (H, V, d / H) of their codes, in place.
def add_to_codes(self, counts: Tensor, sums: Tensor, latents: Tensor, ids: Tensor, cosine: bool) -> Tensor:
  rows = torch.reshape(latents, [torch.numel(ids), -1])
  if cosine:
    rows2 = self.unit_rows(rows)
  else:
    rows2 = rows
  flat = self.flat_ids(ids, torch.floordiv(torch.numel(counts), torch.size(ids, 1)))
  torch.index_add_(torch.view(sums, [-1, torch.size(sums, -1)]), 0, flat, rows2)
  return self.count_ids(counts, ids)

# Moves a codebook towards the directions of its latents; codes without any move towards length 1.
def move_by_cosine(self, sizes: Tensor, codes: Tensor, counts: Tensor, sums: Tensor, decay: float) -> Tensor:
  rest = torch.sub(1., decay)
  torch.add_(torch.mul_(sizes, decay), torch.view(counts, torch.size(sizes)), alpha=rest)
  used = torch.unsqueeze(torch.gt(torch.view(counts, torch.size(sizes)), 0), -1)
  towards = self.unit_rows(torch.where(used, torch.view(sums, torch.size(codes)), codes))
  torch.add_(torch.mul_(codes, decay), towards, alpha=rest)
  return codes

# Moves numbers and sums of latents, and the codes that are their quotients; numbers are smoothed so
# that none is 0.
def move_by_distance(self, sizes: Tensor, codes: Tensor, averages: Tensor, counts: Tensor, sums: Tensor, decay: float) -> Tensor:
  rest = torch.sub(1., decay)
  torch.add_(torch.mul_(sizes, decay), torch.view(counts, torch.size(sizes)), alpha=rest)
  torch.add_(torch.mul_(averages, decay), torch.view(sums, torch.size(codes)), alpha=rest)
  total = torch.sum(sizes, [-1], True)
  smoothed = torch.add(total, torch.mul(torch.size(sizes, -1), 1.0000000000000001e-05))
  smooth = torch.mul(torch.div(torch.add(sizes, 1.0000000000000001e-05), smoothed), total)
  torch.copy_(codes, torch.div(averages, torch.unsqueeze(smooth, -1)))
  return codes

# Moves codes to the means of their clusters; those without latents stay where they are.
def move_means(self, codes: Tensor, counts: Tensor, sums: Tensor, cosine: bool) -> Tensor:
  several = torch.unsqueeze(counts, -1)
  means = torch.where(torch.gt(several, 0), torch.div(sums, torch.clamp_min(several, 1)), codes)
  if cosine:
    means2 = self.unit_rows(means)
  else:
    means2 = means
  torch.copy_(codes, means2)
  return codes

# Puts shares of latents (K, d), numbered latent x H + codebook, in the place of rows of a table.
def put_latents(self, table: Tensor, rows: Tensor, latents: Tensor, chosen: Tensor, cosine: bool, factor: float) -> Tensor:
  width = torch.size(table, -1)
  vectors = torch.index_select(torch.reshape(latents, [-1, width]), 0, chosen)
  if cosine:
    vectors2 = self.unit_rows(vectors)
  else:
    vectors2 = vectors
  torch.index_copy_(torch.view(table, [-1, width]), 0, rows, torch.mul(vectors2, factor))
  return table

def put_number(self, values: Tensor, rows: Tensor, value: float) -> Tensor:
  torch.index_fill_(torch.view(values, [-1]), 0, rows, value)
  return values

# Products of codes (H, V, d / H) with their sizes (H, V).
def weigh_codes(self, target: Tensor, codes: Tensor, sizes: Tensor) -> Tensor:
  return torch.copy_(target, torch.mul(codes, torch.unsqueeze(sizes, -1)))

def total(self, x: Tensor) -> Tensor:
  return torch.sum(x)

# Trained codes (H, V, c) through matrices (H, c, c).
def project_codes(self, codes: Tensor, weight: Tensor) -> Tensor:
  return torch.bmm(codes, weight)

# Scores of latents (K, d) with keys (H, V, c) -> (H, K, V)
def key_scores(self, latents: Tensor, keys: Tensor) -> Tensor:
  scale = torch.div(1., torch.sqrt(torch.size(keys, 2)))
  return torch.mul(torch.bmm(self.shares(latents, torch.size(keys, 0)), torch.transpose(keys, 1, 2)), scale)

# -> (K, H)
def best_keys(self, latents: Tensor, keys: Tensor) -> Tensor:
  return torch.transpose(torch.argmax(self.key_scores(latents, keys), 2), 0, 1)

# `count` numbers in (0, 1), each a function of seed, stream and its own place alone: 32-bit words mixed
# by shifts and products, in 64 bits.
def hashed_uniforms(self, seed: int, stream: int, count: int, like: Tensor) -> Tensor:
  mask = 4294967295
  x = torch.bitwise_and(torch.add(torch.arange(count, dtype=4, device=like.device), seed), mask)
  for i in range(2):
    x = torch.bitwise_xor(x, torch.bitwise_right_shift(x, 16))
    x = torch.bitwise_and(torch.mul(x, 2146121005), mask)
    x = torch.bitwise_xor(x, torch.bitwise_right_shift(x, 15))
    x = torch.bitwise_and(torch.mul(x, 2221713035), mask)
    x = torch.bitwise_xor(x, torch.bitwise_right_shift(x, 16))
    x = torch.bitwise_and(torch.add(x, stream), mask)
  return torch.mul(torch.add(torch.to(torch.bitwise_right_shift(x, 9), 6), 0.5), 1.1920928955078125e-07)

# Draws a key per latent and codebook; gradients flow as through the probabilities of all keys.
# latents (K, d), keys and values (H, V, c) -> (K, d), ids (K, H)
def draw_keys(self, latents: Tensor, keys: Tensor, values: Tensor, temperature: float, seed: int, stream: int) -> Tuple[Tensor, Tensor]:
  scores = self.key_scores(latents, keys)
  uniforms = torch.view(self.hashed_uniforms(seed, stream, torch.numel(scores), scores), torch.size(scores))
  noise = torch.neg(torch.log(torch.neg(torch.log(uniforms))))
  soft = torch.softmax(torch.div(torch.add(scores, noise), temperature), -1)
  ids = torch.argmax(soft, -1)
  hard = torch.scatter(torch.zeros_like(soft), -1, torch.unsqueeze(ids, -1), 1)
  choice = torch.add(torch.detach(torch.sub(hard, soft)), soft)
  y = torch.reshape(torch.transpose(torch.bmm(choice, values), 0, 1), torch.size(latents))
  return (y, torch.transpose(ids, 0, 1))

# Rounded values, gradients of what is rounded.
def round_through(self, x: Tensor) -> Tensor:
  return torch.add(x, torch.detach(torch.sub(torch.round(x), x)))

# Numbers (K, d) -> levels from 0, of so many as `levels` (d) says
def scalar_levels(self, latents: Tensor, levels: Tensor, sigmoid: bool) -> Tensor:
  if sigmoid:
    y = self.round_through(torch.mul(torch.sigmoid(latents), torch.sub(levels, 1)))
  else:
    half = torch.mul(torch.sub(levels, 1), 0.50049999999999994)
    offset = torch.mul(torch.sub(1, torch.remainder(levels, 2)), 0.5)
    shift = torch.atanh(torch.div(offset, half))
    bounded = torch.sub(torch.mul(torch.tanh(torch.add(latents, shift)), half), offset)
    y = torch.add(self.round_through(bounded), torch.floor(torch.div(levels, 2)))
  return y

# Levels from 0 -> what stands for them
def scalar_values(self, y: Tensor, levels: Tensor, sigmoid: bool) -> Tensor:
  if sigmoid:
    values = torch.div(y, torch.sub(levels, 1))
  else:
    half = torch.floor(torch.div(levels, 2))
    values = torch.div(torch.sub(y, half), half)
  return values

# latents (K, d) -> values (K, d), ids (K, 1): the first level counts ones, the others by `basis`
def scalar_quantise(self, latents: Tensor, levels: Tensor, basis: Tensor, sigmoid: bool) -> Tuple[Tensor, Tensor]:
  y = self.scalar_levels(latents, levels, sigmoid)
  # What is no number has an id all the same: its loss is none either, and the step is left out.
  found = torch.nan_to_num(torch.round(torch.detach(y)), 0., 0., 0.)
  whole = torch.to(torch.minimum(torch.clamp_min(found, 0), torch.sub(levels, 1)), 4)
  ids = torch.sum(torch.mul(whole, basis), [1], True)
  return (self.scalar_values(y, levels, sigmoid), ids)

# How far the latents of a batch (K, d) are from using all levels about alike: the square of each
# number's mean, and of what its deviation lacks to `wanted`, over that of `wanted`; mean over numbers.
def scalar_spread(self, latents: Tensor, wanted: float, weight: float) -> Tensor:
  deviation = torch.sqrt(torch.add(torch.var(latents, [0], False), 1e-06))
  mean = torch.mean(latents, [0])
  lack = torch.sub(deviation, wanted)
  return torch.div(torch.mean(torch.add(torch.mul(mean, mean), torch.mul(lack, lack))), wanted * wanted / weight)

# ids (K, 1) -> (K, d)
def scalar_rows(self, ids: Tensor, levels: Tensor, basis: Tensor, sigmoid: bool) -> Tensor:
  y = torch.remainder(torch.floor_divide(ids, basis), torch.to(levels, 4))
  return self.scalar_values(torch.to(y, 6), levels, sigmoid)

# predictions and targets (K, W), channel fastest. kind: 0 squared, 1 absolute, 2 smooth, 3 cosine
def reconstruction_loss(self, predictions: Tensor, targets: Tensor, channels: int, kind: int) -> Tensor:
  y = torch.detach(targets)
  if kind == 3:
    a = torch.view(predictions, [-1, channels])
    b = torch.view(y, [-1, channels])
    loss = torch.rsub(torch.mean(torch.cosine_similarity(a, b, 1)), 1)
  else:
    error = torch.sub(predictions, y)
    size = torch.abs(error)
    if kind == 0:
      loss = torch.mean(torch.mul(error, error))
    else:
      if kind == 1:
        loss = torch.mean(size)
      else:
        loss = torch.mean(torch.where(torch.lt(size, 1), torch.mul(torch.mul(error, error), 0.5), torch.sub(size, 0.5)))
  return loss

# scores (K, p x p x classes), class fastest; classes (K, p x p), 255 where a pixel has none
def class_map_loss(self, scores: Tensor, classes: Tensor, count: int) -> Tensor:
  y = torch.reshape(classes, [-1])
  sum = torch.cross_entropy_loss(torch.view(scores, [-1, count]), y, None, 2, 255, 0.)
  return torch.div(sum, torch.clamp_min(torch.sum(torch.ne(y, 255)), 1))

# Likelihood of every class, class fastest.
def class_shares(self, scores: Tensor, count: int) -> Tensor:
  return torch.view(torch.softmax(torch.view(scores, [-1, count]), 1), torch.size(scores))

# probabilities (K, H x V), codes (H, V, d / H) -> the expected latents (K, d)
def expected_rows(self, probabilities: Tensor, codes: Tensor) -> Tensor:
  y = torch.bmm(self.shares(probabilities, torch.size(codes, 0)), codes)
  return torch.reshape(torch.transpose(y, 0, 1), [torch.size(probabilities, 0), -1])

def add_losses(self, a: Tensor, b: Tensor) -> Tensor:
  return torch.add(a, b)
