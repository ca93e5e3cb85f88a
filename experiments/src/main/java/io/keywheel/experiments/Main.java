package io.keywheel.experiments;

/// `./keywheel experiment`.
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        io.keywheel.experiments.rotation.RotationExperiment.print(System.out);
    }
}
