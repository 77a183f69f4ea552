/**
 * The program. One class per command, each of which reads its options, asks the modules below for
 * the work, and prints; {@link dev.masquerade.cli.Masquerade} is the only place that builds an
 * injector and the only one that looks for plugins.
 */
@NullMarked
package dev.masquerade.cli;

import org.jspecify.annotations.NullMarked;
