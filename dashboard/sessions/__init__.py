"""One session and the queues around it: details, people, flags, presenters, publishing."""
