/**
 * What an encoder has learnt, asked by classifying: nearest neighbours and a linear head over
 * frozen features, and training of the whole network with a head.
 *
 * <p>{@link dev.masquerade.train.probe.Probe} answers from features with labels; {@link
 * dev.masquerade.train.probe.Finetune} from pictures with labels. Letters: N samples, Q of them
 * asked about, D width of a feature, C classes, B a batch.
 */
@NullMarked
package dev.masquerade.train.probe;

import org.jspecify.annotations.NullMarked;
