package dev.masquerade.train.config;

import dev.masquerade.masking.KeepScheme;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a mixture component says of one modality; whatever is empty is the component's.
 *
 * @param inputConcentration at least 0
 * @param targetConcentration at least 0
 * @param keep how sequences draw what they keep
 */
public record ShareConfig(
    OptionalDouble inputConcentration,
    OptionalDouble targetConcentration,
    Optional<KeepScheme> keep) {}
