"""What several checks look at: settings, hosts, schedules, answers of pods, and what saves them; and what it says."""
