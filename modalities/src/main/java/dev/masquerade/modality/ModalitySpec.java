package dev.masquerade.modality;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Everything masking and models need to know of a modality. Its order in a run's list is the order
 * of its tokens in a batch.
 *
 * @param name unique within a run
 * @param space what a token is
 * @param layout how tokens are arranged
 * @param roles where it may stand; at least one. Vectors of varying number cannot be targets
 */
public record ModalitySpec(
    ModalityName name, TokenSpace space, TokenLayout layout, Set<Role> roles) {

  public ModalitySpec {
    if (roles.isEmpty()) {
      throw new IllegalArgumentException(name + " is neither input nor target");
    }
    // In the order of the enum: the text of a spec is compared across processes.
    roles = Collections.unmodifiableSet(EnumSet.copyOf(roles));
    boolean discrete = space instanceof TokenSpace.Discrete;
    if (roles.contains(Role.TARGET) && layout instanceof TokenLayout.Vectors) {
      throw new IllegalArgumentException(
          name + " is a sequence of vectors, so it cannot be a target; ids and grids can");
    }
    if (layout instanceof TokenLayout.Sequence && !discrete) {
      throw new IllegalArgumentException(name + " is a sequence, so its tokens must be discrete");
    }
    if (layout instanceof TokenLayout.Vectors && !(space instanceof TokenSpace.Continuous)) {
      throw new IllegalArgumentException(
          name + " is a sequence of vectors, so its tokens must be continuous");
    }
  }

  /** Says whether an encoder may see it. */
  public boolean isInput() {
    return roles.contains(Role.INPUT);
  }

  /** Says whether a decoder may predict it. */
  public boolean isTarget() {
    return roles.contains(Role.TARGET);
  }

  /** Returns the same modality standing only where both {@code this} and {@code allowed} let it. */
  public ModalitySpec within(Set<Role> allowed) {
    EnumSet<Role> both = EnumSet.copyOf(roles);
    both.retainAll(allowed);
    return new ModalitySpec(name, space, layout, both);
  }
}
