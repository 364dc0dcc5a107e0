"""Addresses of this area."""

from django.urls import path

from hearth.web.programme.views import documents, performance, plans, reporting, targets, tasks

app_name = "programme"
urlpatterns = [
    path("", plans.plan, name="plan"),
    path("new/", plans.edit, name="plan-create"),
    path("mine/", tasks.mine, name="mine"),
    path("tasks/new/", tasks.create, name="task-create"),
    path("tasks/<int:pk>/", tasks.detail, name="task"),
    path("tasks/<int:pk>/edit/", tasks.edit, name="task-edit"),
    path("tasks/<int:pk>/withdraw/", tasks.withdraw, name="task-withdraw"),
    path("shares/<int:pk>/report/", reporting.share_report, name="share-report"),
    path("shares/<int:pk>/verify/", reporting.share_verify, name="share-verify"),
    path("shares/<int:pk>/send-back/", reporting.share_send_back, name="share-send-back"),
    path("files/<uuid:uuid>/", reporting.file, name="file"),
    path("documents/", documents.document_list, name="document-list"),
    path("documents/new/", documents.create, name="document-create"),
    path("documents/<int:pk>/", documents.detail, name="document"),
    path(
        "documents/<int:pk>/acknowledge/",
        documents.document_acknowledge,
        name="document-acknowledge",
    ),
    path("documents/<int:pk>/remind/", documents.document_remind, name="document-remind"),
    path("documents/<int:pk>/withdraw/", documents.withdraw, name="document-withdraw"),
    path("documents/<int:pk>/export/", documents.export, name="document-export"),
    path("targets/", targets.target_list, name="target-list"),
    path("targets/new/", targets.create, name="target-create"),
    path("targets/<int:pk>/edit/", targets.edit, name="target-edit"),
    path("targets/<int:pk>/withdraw/", targets.withdraw, name="target-withdraw"),
    path("performance/", performance.compare, name="performance"),
    path("performance/<str:period>/", performance.compare, name="performance-of"),
    path("performance/<str:period>/export/", performance.export, name="performance-export"),
    path("performance/<str:period>/<str:code>/", performance.sheet, name="sheet"),
    path("performance/<str:period>/<str:code>/forecast/", performance.forecast, name="forecast"),
    path("performance/<str:period>/<str:code>/<str:key>/rows/", performance.rows, name="rows"),
    path("<int:year>/", plans.plan, name="plan-of-year"),
    path("<int:year>/edit/", plans.edit, name="plan-edit"),
    path("<int:year>/board/", tasks.board, name="board"),
    path("<int:year>/gantt/", tasks.gantt, name="gantt"),
    path("<int:year>/tasks/", tasks.task_list, name="task-list"),
    path("<int:year>/tasks/export/", tasks.task_export, name="task-export"),
]
