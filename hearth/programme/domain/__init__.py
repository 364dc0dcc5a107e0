"""Rules of the plan: order of tasks, points of a target, what the present pace leads to."""
