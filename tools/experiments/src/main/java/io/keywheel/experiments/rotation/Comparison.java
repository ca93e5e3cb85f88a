package io.keywheel.experiments.rotation;

/// When a figure of another rule says something about ours.
enum Comparison {
    ALWAYS,

    /// Who serves fewer calls less and uses less, by that alone.
    IF_NEARLY_AS_MANY_ARE_SERVED,

    /// Who answers some at once and others never has no delay to show for these.
    IF_ALL_ARE_SERVED,

    NEVER;

    private static final double NEARLY = 0.02;

    boolean holds(Figures other, Figures ours) {
        return switch (this) {
            case ALWAYS -> true;
            case IF_NEARLY_AS_MANY_ARE_SERVED -> other.servedShare() >= ours.servedShare() - NEARLY;
            case IF_ALL_ARE_SERVED -> other.servedAll() && ours.servedAll();
            case NEVER -> false;
        };
    }
}
