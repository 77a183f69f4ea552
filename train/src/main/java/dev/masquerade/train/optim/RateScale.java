package dev.masquerade.train.optim;

/** How fast single parameters move, relative to the learning rate of the run. */
@FunctionalInterface
public interface RateScale {

  /** Every parameter moves at the learning rate. */
  RateScale ONE = name -> 1;

  /** Returns the factor of a parameter's learning rate, at least 0. */
  double of(String name);
}
