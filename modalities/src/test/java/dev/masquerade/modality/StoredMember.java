package dev.masquerade.modality;

/**
 * A stored member for tests.
 *
 * @param bytes the whole member
 * @param extension as in the member's name, lower case, without a dot
 */
public record StoredMember(byte[] bytes, String extension) {}
