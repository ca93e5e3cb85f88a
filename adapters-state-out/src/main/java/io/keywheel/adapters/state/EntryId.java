package io.keywheel.adapters.state;

/// The id of an entry, which is a position in a stream of the store.
///
/// @param millis the store's time when the entry was added
/// @param number distinguishes the entries of one millisecond
record EntryId(long millis, long number) {

    /// The position before all entries.
    static final EntryId BEGINNING = new EntryId(0, 0);

    /// @throws IllegalArgumentException if `text` is no entry id
    static EntryId parse(String text) {
        int dash = text.indexOf('-');
        if (dash < 0) {
            throw new IllegalArgumentException("not the id of an entry");
        }
        return new EntryId(
                Long.parseUnsignedLong(text.substring(0, dash)), Long.parseUnsignedLong(text.substring(dash + 1)));
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(number);
    }
}
