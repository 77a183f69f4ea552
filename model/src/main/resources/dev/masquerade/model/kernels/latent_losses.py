# Losses between what a student predicts and what its teacher says. Letters: B rows, K clusters,
# prototypes or outputs, D width. Nothing flows into teachers.

# Rows of length 1; norms below epsilon count as epsilon.
def unit_length(self, x: Tensor, epsilon: float) -> Tensor:
  return torch.div(x, torch.clamp_min(torch.linalg_vector_norm(x, 2, [-1], True), epsilon))

# Both (T, K) of T masked tokens -> (T): cross-entropy of a centred, sharpened teacher
def centred_cross_entropy(self, teacher: Tensor, student: Tensor, centre: Tensor, teacher_temperature: float, student_temperature: float) -> Tensor:
  target = torch.softmax(torch.div(torch.sub(torch.detach(teacher), centre), teacher_temperature), -1)
  logs = torch.log_softmax(torch.div(student, student_temperature), -1)
  return torch.neg(torch.sum(torch.mul(target, logs), [-1]))

# masked (B, H, W) bool, T of them true: the mean over each image's tokens, then over images
def ibot_loss(self, teacher: Tensor, student: Tensor, masked: Tensor, centre: Tensor, teacher_temperature: float, student_temperature: float) -> Tensor:
  each = self.centred_cross_entropy(teacher, student, centre, teacher_temperature, student_temperature)
  number = torch.clamp_min(torch.sum(torch.to(masked, 6), [1, 2], True), 1)
  weights = torch.masked_select(torch.expand(torch.reciprocal(number), torch.size(masked)), masked)
  return torch.div(torch.sum(torch.mul(each, weights)), torch.size(masked, 0))

# teachers (V, B, K), students (W, B, K), the first V of whose views are the teachers' own: the mean
# over so many pairs of different views
def dino_loss(self, teachers: Tensor, students: Tensor, centre: Tensor, teacher_temperature: float, student_temperature: float, pairs: int) -> Tensor:
  targets = torch.softmax(torch.div(torch.sub(torch.detach(teachers), centre), teacher_temperature), -1)
  logs = torch.log_softmax(torch.div(students, student_temperature), -1)
  each = torch.neg(torch.matmul(torch.flatten(targets, 1), torch.t(torch.flatten(logs, 1))))
  other = torch.sub(torch.sum(each), torch.sum(torch.diagonal(each)))
  return torch.div(other, pairs * torch.size(teachers, 1))

# centre (K) = momentum x centre + (1 - momentum) x the mean over all rows of x (..., K), in place
def move_centre(self, centre: Tensor, x: Tensor, momentum: float) -> Tensor:
  mean = torch.mean(torch.flatten(torch.detach(x), 0, -2), [0])
  return torch.add_(torch.mul_(centre, momentum), mean, alpha=1. - momentum)

# Rows of p (B, K) and columns in turn scaled to equal sums; ends with rows that sum to 1
def balance(self, p: Tensor, iterations: int) -> Tensor:
  q = torch.div(torch.t(p), torch.sum(p))
  for i in range(iterations):
    q = torch.div(torch.div(q, torch.sum(q, [1], True)), torch.size(q, 0))
    q = torch.div(torch.div(q, torch.sum(q, [0], True)), torch.size(q, 1))
  return torch.t(torch.mul(q, torch.size(q, 1)))

# sum of p (log p - log q)
def divergence(self, p: Tensor, q: Tensor) -> Tensor:
  return torch.sum(torch.mul(p, torch.sub(torch.log(p), torch.log(q))))

# Cosines of rows of x (B, D) and prototypes (K, D), over a temperature
def likeness(self, x: Tensor, prototypes: Tensor, temperature: float) -> Tensor:
  unit = self.unit_length(x, 9.9999999999999998e-13)
  return torch.div(torch.matmul(unit, torch.t(self.unit_length(prototypes, 9.9999999999999998e-13))), temperature)

# anchors (V x B, D), targets (B, D), prototypes (K, D). prior (K): a distribution; `towards_prior`
# adds its divergence from the anchors' mean assignment, otherwise that assignment's from it; none
# without elements.
def msn_loss(self, anchors: Tensor, targets: Tensor, prototypes: Tensor, prior: Tensor, towards_prior: bool, temperature: float, sharpening: float, iterations: int, weight: float) -> Tensor:
  wanted = self.likeness(torch.detach(targets), torch.detach(prototypes), temperature)
  goal = torch.softmax(torch.div(wanted, sharpening), 1)
  if torch.gt(iterations, 0):
    goal = self.balance(goal, iterations)
  views = torch.floordiv(torch.size(anchors, 0), torch.size(targets, 0))
  logs = torch.log_softmax(self.likeness(anchors, prototypes, temperature), 1)
  loss = torch.neg(torch.mean(torch.sum(torch.mul(torch.repeat(goal, [views, 1]), logs), [1])))
  if torch.gt(torch.numel(prior), 0):
    mean = torch.mean(torch.exp(logs), [0])
    if towards_prior:
      gap = self.divergence(prior, mean)
    else:
      gap = self.divergence(mean, prior)
    loss = torch.add(loss, torch.mul(gap, weight))
  return loss

# x (B, D): minus the mean log distance of each row to its nearest, by cosine
def koleo_loss(self, x: Tensor, epsilon: float) -> Tensor:
  unit = self.unit_length(x, epsilon)
  fixed = torch.detach(unit)
  similar = torch.matmul(fixed, torch.t(fixed))
  alone = torch.eye(torch.size(x, 0), dtype=11, device=x.device)
  nearest = torch.argmax(torch.masked_fill(similar, alone, -2.), 1)
  apart = torch.add(torch.sub(unit, torch.index_select(unit, 0, nearest)), epsilon)
  distances = torch.linalg_vector_norm(apart, 2, [1])
  return torch.neg(torch.mean(torch.log(torch.add(distances, epsilon))))

# Per place of x (B, N, K), balanced over the batch -> assignments of the same shape
def balance_by_place(self, x: Tensor, iterations: int) -> Tensor:
  q = torch.exp(torch.sub(x, torch.amax(x, [0], True)))
  for i in range(iterations):
    q = torch.div(q, torch.add(torch.sum(q, [0], True), 1e-08))
    q = torch.div(q, torch.add(torch.sum(q, [2], True), 1e-08))
  return q

# teacher (B, N, K), student (B, M, K), places (B, M) of the student's tokens among the teacher's, or
# no elements where both are the same
def capi_loss(self, teacher: Tensor, student: Tensor, places: Tensor, teacher_temperature: float, student_temperature: float, iterations: int) -> Tensor:
  goal = self.balance_by_place(torch.div(torch.detach(teacher), teacher_temperature), iterations)
  if torch.gt(torch.numel(places), 0):
    goal = torch.gather(goal, 1, torch.expand(torch.unsqueeze(places, -1), [-1, -1, torch.size(goal, 2)]))
  logs = torch.log_softmax(torch.div(student, student_temperature), -1)
  return torch.neg(torch.mean(torch.sum(torch.mul(goal, logs), [-1])))
