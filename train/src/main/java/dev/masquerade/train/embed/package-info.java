/**
 * Trained models at work on images: one vector per image, and what a masked autoencoder makes of
 * the patches it does not see.
 *
 * <p>An {@link dev.masquerade.train.embed.ImageModel} opens whatever holds a model of images. A
 * {@link dev.masquerade.train.embed.FeatureExtractor} turns images into vectors; {@link
 * dev.masquerade.train.embed.EmbeddingJob} does so for a whole source and keeps its rows.
 */
@NullMarked
package dev.masquerade.train.embed;

import org.jspecify.annotations.NullMarked;
