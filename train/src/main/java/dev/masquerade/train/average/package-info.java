/**
 * Moving averages of parameters: a second set of weights that follows the trained one slowly, for
 * any objective.
 */
@NullMarked
package dev.masquerade.train.average;

import org.jspecify.annotations.NullMarked;
