/**
 * Measurements of the parts whose speed was promised. Each class runs alone and prints what it
 * found; {@code bench/README.md} says how, and what came out.
 */
@NullMarked
package dev.masquerade.bench;

import org.jspecify.annotations.NullMarked;
