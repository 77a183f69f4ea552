# Diffusion: noisy pictures, steps of generation, and the U-Net that says what a noisy picture was.
# Letters: B pictures, C channels, H and W rows and columns, h and w those of patches, p edge of a
# patch, E channels of the condition, D channels inside, T places of a map.

# Sums of two arrays (B, ...), each row weighed by its own numbers (B).
def mix_rows(self, a: Tensor, b: Tensor, of_a: Tensor, of_b: Tensor) -> Tensor:
  return torch.add(torch.mul(a, torch.view(of_a, [-1, 1, 1, 1])), torch.mul(b, torch.view(of_b, [-1, 1, 1, 1])))

# One step of generation: (guess of the picture, picture at the timestep before). weights: guess of
# noisy, of output; before of guess, of noisy, of output, of fresh noise.
def diffusion_step(self, noisy: Tensor, output: Tensor, fresh: Tensor, weights: List[float], clip: bool) -> Tuple[Tensor, Tensor]:
  guess = torch.add(torch.mul(noisy, weights[0]), torch.mul(output, weights[1]))
  if clip:
    picture = torch.clamp(guess, -1, 1)
  else:
    picture = guess
  before = torch.add(torch.mul(picture, weights[2]), torch.mul(noisy, weights[3]))
  before = torch.add(before, torch.mul(output, weights[4]))
  if torch.gt(torch.numel(fresh), 0):
    before = torch.add(before, torch.mul(fresh, weights[5]))
  return (picture, before)

# Outputs (2B, ...) with and without a condition, in this order -> (B, ...) moved away from those
# without: without + scale (with - without).
def guide(self, outputs: Tensor, scale: float) -> Tensor:
  given, free = torch.unbind(torch.unflatten(outputs, 0, [2, -1]), 0)
  return torch.add(free, torch.mul(torch.sub(given, free), scale))

# (B, ...) -> (2B, ...)
def twice(self, x: Tensor) -> Tensor:
  return torch.cat([x, x])

# (B, C, h p, w p) -> (B, C p p, h, w)
def cut_map(self, x: Tensor, patch: int) -> Tensor:
  y = torch.unflatten(torch.unflatten(x, 3, [-1, patch]), 2, [-1, patch])
  return torch.flatten(torch.permute(y, [0, 1, 3, 5, 2, 4]), 1, 3)

# (B, C p p, h, w) -> (B, C, h p, w p)
def join_map(self, x: Tensor, patch: int) -> Tensor:
  y = torch.permute(torch.unflatten(x, 1, [-1, patch, patch]), [0, 1, 4, 2, 5, 3])
  return torch.flatten(torch.flatten(y, 4, 5), 2, 3)

# Cosines and sines of timesteps (B) -> (B, D), a zero at the end where D is odd
def moments(self, timesteps: Tensor, width: int) -> Tensor:
  half = torch.floordiv(width, 2)
  exponents = torch.div(torch.mul(torch.arange(half, dtype=6, device=timesteps.device), -9.2103403719761836), half)
  angles = torch.mul(torch.unsqueeze(torch.to(timesteps, 6), 1), torch.exp(exponents))
  y = torch.cat([torch.cos(angles), torch.sin(angles)], 1)
  return torch.constant_pad_nd(y, [0, width - half * 2], 0)

# A convolution of odd edge that keeps the size, or with stride 2 halves it.
def convolve(self, x: Tensor, weight: Tensor, bias: Tensor, stride: int, dtype: int) -> Tensor:
  margin = torch.floordiv(torch.size(weight, 2), 2)
  y = torch.conv2d(torch.to(x, dtype), torch.to(weight, dtype), torch.to(bias, dtype), [stride, stride], [margin, margin], [1, 1], 1)
  return torch.to(y, 6)

# Of 32 groups of channels, in float32.
def norm_groups(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
  return torch.group_norm(x, 32, weight, bias, 1.0000000000000001e-05)

# Norm and convolution twice, the moment (B, M) added between. 12 weights: norm w b, convolution w b,
# moment w b, norm w b, convolution w b, shortcut w b, which is absent where widths are alike.
def residual(self, x: Tensor, moment: Tensor, weights: List[Tensor], at: int, dtype: int) -> Tensor:
  y = torch.silu(self.norm_groups(x, weights[at], weights[at + 1]))
  y2 = self.convolve(y, weights[at + 2], weights[at + 3], 1, dtype)
  shift = torch.to(self.linear(torch.silu(moment), weights[at + 4], weights[at + 5], dtype), 6)
  y3 = torch.add(y2, torch.unsqueeze(torch.unsqueeze(shift, -1), -1))
  y4 = torch.silu(self.norm_groups(y3, weights[at + 6], weights[at + 7]))
  y5 = self.convolve(y4, weights[at + 8], weights[at + 9], 1, dtype)
  if torch.gt(torch.numel(weights[at + 10]), 0):
    z = self.convolve(x, weights[at + 10], weights[at + 11], 1, dtype)
  else:
    z = x
  return torch.add(z, y5)

# Self-attention over the places of a map. 6 weights: norm w b, qkv w b, projection w b. The rows of
# qkv are ordered by head, then query, key and value.
def attend_map(self, x: Tensor, weights: List[Tensor], at: int, heads: int, dtype: int) -> Tensor:
  y = torch.transpose(torch.flatten(self.norm_groups(x, weights[at], weights[at + 1]), 2), 1, 2)
  qkv = self.linear(y, torch.squeeze(weights[at + 2], -1), weights[at + 3], dtype)
  q, k, v = torch.unbind(torch.unflatten(torch.to(qkv, 6), 2, [heads, 3, -1]), 3)
  seen = torch.scaled_dot_product_attention(torch.transpose(q, 1, 2), torch.transpose(k, 1, 2), torch.transpose(v, 1, 2))
  z = torch.flatten(torch.transpose(seen, 1, 2), 2)
  z2 = torch.to(self.linear(z, torch.squeeze(weights[at + 4], -1), weights[at + 5], dtype), 6)
  return torch.add(x, torch.view_as(torch.transpose(z2, 1, 2), x))

# Twice the rows and columns.
def double_map(self, x: Tensor) -> Tensor:
  return torch.upsample_nearest2d(x, [torch.size(x, 2) * 2, torch.size(x, 3) * 2])

# What a noisy picture x (B, C, H, W) at timesteps (B) was, given a condition (B, E, ., .) of any size,
# which is ignored where `ignored` (B, ., .), if there is one -> (B, C, H, W).
#
# program: one number per part. 0 convolution (2 weights), 1 residual (12), 2 attention (6), 3 halve by
# convolution (2), 4 double and convolve (2), 5 keep for later, 6 join with what was kept last. weights:
# two linear maps of the moment (4), those of the parts, last norm and convolution (4).
def unet(self, x: Tensor, timesteps: Tensor, condition: Tensor, ignored: Tensor, weights: List[Tensor], program: List[int], patch: int, width: int, heads: int, dtype: int) -> Tensor:
  given = condition
  if torch.gt(torch.numel(ignored), 0):
    given = torch.masked_fill(condition, torch.unsqueeze(ignored, 1), 0)
  cut = self.cut_map(x, patch)
  beside = torch.upsample_nearest2d(given, [torch.size(cut, 2), torch.size(cut, 3)])
  y = torch.cat([cut, beside], 1)
  m = self.linear(self.moments(timesteps, width), weights[0], weights[1], dtype)
  moment = torch.to(self.linear(torch.silu(torch.to(m, 6)), weights[2], weights[3], dtype), 6)
  kept = annotate(List[Tensor], [])
  left = 0
  at = 4
  for i in range(torch.len(program)):
    part = program[i]
    if part == 0:
      y = self.convolve(y, weights[at], weights[at + 1], 1, dtype)
      at = at + 2
    if part == 1:
      y = self.residual(y, moment, weights, at, dtype)
      at = at + 12
    if part == 2:
      y = self.attend_map(y, weights, at, heads, dtype)
      at = at + 6
    if part == 3:
      y = self.convolve(y, weights[at], weights[at + 1], 2, dtype)
      at = at + 2
    if part == 4:
      y = self.convolve(self.double_map(y), weights[at], weights[at + 1], 1, dtype)
      at = at + 2
    if part == 5:
      torch.append(kept, y)
      left = left + 1
    if part == 6:
      left = left - 1
      y = torch.cat([y, kept[left]], 1)
  last = torch.silu(self.norm_groups(y, weights[at], weights[at + 1]))
  return self.join_map(self.convolve(last, weights[at + 2], weights[at + 3], 1, dtype), patch)

# Latents (K, E), row after row and in each row by place -> (B, E, h, w)
def latent_map(self, latents: Tensor, rows: int, height: int, width: int) -> Tensor:
  return torch.contiguous(torch.permute(torch.view(latents, [rows, height, width, -1]), [0, 3, 1, 2]))

# Mean squared error.
def squared_error(self, a: Tensor, b: Tensor) -> Tensor:
  return torch.mse_loss(a, b)
