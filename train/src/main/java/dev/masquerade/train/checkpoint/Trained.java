package dev.masquerade.train.checkpoint;

import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.train.average.ParameterAverage;
import dev.masquerade.train.optim.Optimiser;
import java.util.Optional;

/**
 * Everything that training moves.
 *
 * @param description of the model
 * @param parameters its tensors, those that are not trained as well
 * @param optimiser with its memory
 * @param average of the parameters, where the run asks for one
 */
public record Trained(
    ModelDescription description,
    Parameters parameters,
    Optimiser optimiser,
    Optional<ParameterAverage> average) {}
