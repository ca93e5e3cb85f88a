/// Rules for whom to ask next: ours, and those that others go by.
@NullMarked
package io.keywheel.experiments.rule;

import org.jspecify.annotations.NullMarked;
