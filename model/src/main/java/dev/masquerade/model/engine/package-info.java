/**
 * The tensor engine: start-up of PyTorch through DJL, devices, threads, and kernels.
 *
 * <p>Java owns the model, and TorchScript kernels do the arithmetic. Kernels are readable sources
 * among the resources; {@link dev.masquerade.model.engine.KernelModule} zips them in memory into an
 * archive that the engine loads. Arrays belong to the manager they were asked for: a {@link
 * dev.masquerade.model.engine.StepScope} owns everything that one training step makes.
 */
@NullMarked
package dev.masquerade.model.engine;

import org.jspecify.annotations.NullMarked;
