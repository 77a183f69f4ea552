/**
 * Operations on tokens that lie on a device, for those who build networks of their own: choosing,
 * setting and masking tokens, prefixes, patches, and what is most similar to what.
 *
 * <p>Letters: {@code B} rows, {@code L} tokens, {@code K} chosen ones, {@code D} width.
 */
@NullMarked
package dev.masquerade.model.token;

import org.jspecify.annotations.NullMarked;
