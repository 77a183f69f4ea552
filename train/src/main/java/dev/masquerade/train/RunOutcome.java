package dev.masquerade.train;

/**
 * How a run ended.
 *
 * @param step optimiser steps finished
 * @param complete whether that is all of them; false where it was asked to stop
 */
public record RunOutcome(long step, boolean complete) {}
